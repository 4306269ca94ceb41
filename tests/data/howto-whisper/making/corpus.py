"""Sentences a colleague says while showing a screen task: a closed vocabulary of about 200 words, and word salads so that sound
decides and not the grammar. The sentences in HELD_OUT are never generated: tests and benches speak them."""
import random

W = lambda s: [x.strip() for x in s.replace("\n", "|").split("|") if x.strip()]
OBJECTS = W("""purchase order|invoice|supplier|expense report|leave request|contract|budget|cost centre|delivery note|customer|ticket|meeting
password|report|template|document|folder|file|printer|project|task|account|payment|receipt|form|attachment|comment|message|order|item|row|list|lesson|note""")
PLACES = W("""finance menu|settings menu|file menu|main menu|home page|left panel|toolbar|search box|first tab|second tab|approval tab|list|catalogue
window|screen|next page|list of suppliers|dialog|browser""")
BUTTONS = W("""save|submit|new|new order|cancel|next|back|send|upload|download|delete|edit|approve|export|print|close|add|add item|confirm|share|search|sign in""")
FIELDS = W("""name|supplier|amount|quantity|price|date|delivery date|start date|description|email|department|cost centre|address|title|category|reason|total""")
NUMBERS = W("""one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|one hundred|two hundred|five hundred|two hundred and fifty""")
NAMES = W("""Maria|Tom|Anna|the finance team|your manager|the help desk|the driver|the supplier|the customer|a colleague|the warehouse|the team|the warehouse team""")
VERBS = W("""create|raise|open|edit|share|print|export|approve|cancel|delete|rename|submit|update|copy|move|check|find|review|add|change|remove|select|confirm|send|close""")
T = W("""{open} the {place}.|{open} the {place} and click {button}.|Click {button}.|Now click {button}.|Then press {button}.|Press the {button} button.
First, press the {button} button.|First, click the {button} button.|Click the {button} button in the {place}.|Go to the {place}.|Go to the {place} and choose the {object}.
Select the {object} from the {place}.|Select the {object} and {verb} it.|Choose the {object} from the {place}.|Choose the {field} from the {place}.|Enter the {field} and the {field}.
Enter the {field} of the {object}.|Enter the name of the {object}.|Set the {field} to {number}.|Then set the {field} to {number}.|Change the {field} to {number}.|Then give the {field}.
To {verb} a {object}, open the {place}.|Today I will show you how to {verb} a {object}.|In this short lesson we {verb} a {object} from start to finish.|This is how you {verb} the {object}.
First, open the {place}.|Next, enter the {field}.|Finally, click {button}.|Finally, {verb} the {object} and {verb} it.|Finally, {verb} the {object} and confirm.
After that, check the {field}.|Look through the {place} until you find the {object} that you want.|You can see the {object} in the {place}.|The {object} is now in the {place}.
The {object} is now waiting for {field}.|The {object} is now waiting for {name}.|Send the {object} to {name}.|Leave a {object} for {name}.|Leave a note for {name}.|{name} will approve the {object}.
That is all.|That is all. The {object} is now {done}.|Press enter to {verb} the {object}.|And we are done.|Thank you for watching.|The {object} needs the approval of {name}.
Add a {object} to the {object}.|Your {object} is {done}.|Your {object} has {number} rows.|The total is {number}.|Type the {field} of the {object} here.|Here you can {verb} the {object}.
Use the {place} to find the {object}.|When the {object} is ready, {verb} it.|Scroll down to the {object}.""")
OPENS = ["Open", "Please open", "First open", "Now open"]
DONE = W("waiting for approval|ready|in the list|saved|sent|approved|closed")
# What the demo and the benches say; the model has never heard these sentences.
HELD_OUT = set(W("""Today I will show you how to raise a purchase order.|First, click the new order button.|Enter the name of the supplier.
Then set the quantity to twelve.|Choose the cost centre from the list.|Leave a note for the warehouse team.|Finally, submit the order and confirm.
That is all. The order is now waiting for approval.|In this short lesson we create a purchase order from start to finish.|First, press the new order button.
Then give the delivery date.|Look through the catalogue until you find the item that you want.|Select the row and add it.|Change the quantity to two hundred and fifty.
Leave a note for the driver."""))
TABLE = (("open", OPENS), ("place", PLACES), ("object", OBJECTS), ("button", BUTTONS), ("field", FIELDS), ("number", NUMBERS), ("name", NAMES), ("verb", VERBS), ("done", DONE))
VOCAB = sorted({w.strip(".,").lower() for t in T for w in t.split() if "{" not in w} | {w.lower() for _, ps in TABLE for p in ps for w in p.split()})


def _salad(r):
    # Half of a salad are whole phrases, so that compounds are heard in strange company too.
    phrases = [p for _, ps in TABLE for p in ps]
    ws = [r.choice(VOCAB) if r.random() < 0.6 else r.choice(phrases) for _ in range(r.randint(2, 6))]
    s = " ".join(ws)
    return s[0].upper() + s[1:] + "."


def _once(r):
    if r.random() < 0.4: return _salad(r)
    t = r.choice(T)
    while "{" in t:
        for k, v in TABLE: t = t.replace("{" + k + "}", r.choice(v), 1)
    for v in "aeio": t = t.replace(" a " + v, " an " + v)
    return t[0].upper() + t[1:]


def sentence(r: random.Random) -> str:
    while (s := _once(r)) in HELD_OUT: pass
    return s


if __name__ == "__main__":
    r = random.Random(0); s = {sentence(r) for _ in range(20000)}
    print(len(VOCAB), "words,", len(s), "sentences"); print(*list(s)[:8], sep="\n")
    unknown = {w.strip(".,").lower() for h in HELD_OUT for w in h.split()} - set(VOCAB)
    print("held-out words unknown to the corpus:", unknown)
