// What a learning platform keeps of a demo: which steps were seen, and which are ticked, below the 4,096 characters that
// SCORM 1.2 allows. Steps beyond the 7,600th are not kept.
const MOST_DIGITS = 1900; // hexadecimal, four steps each, twice in the state

/** A list of yes and no as hexadecimal digits, the first one lowest in the first digit. */
function packed(list) {
  let digits = "";
  for (let at = 0; at < list.length && digits.length < MOST_DIGITS; at += 4) {
    digits += [0, 1, 2, 3].reduce((sum, bit) => sum + (list[at + bit] ? 1 << bit : 0), 0).toString(16);
  }
  return digits;
}

/** Whether the entry at a place of a packed list is yes. */
export function isIn(digits, at) {
  return Boolean((Number.parseInt(digits[at >> 2] ?? "0", 16) >> (at & 3)) & 1);
}

export function state(seen, ticked) {
  return `1 ${packed(seen)} ${packed(ticked)}`;
}
