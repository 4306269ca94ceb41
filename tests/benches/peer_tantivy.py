"""tantivy asked over a pipe: run by a Python that has it. Prints how many milliseconds each query took itself.

Builds its index from the rows it is sent when the folder is empty. First line out: "empty" or "ready".
"""

import json
import sys
import time
from pathlib import Path

import tantivy

FIELDS = ("title", "tags", "step_title", "text")
BOOSTS = {"title": 8.0, "tags": 2.5, "step_title": 4.0, "text": 1.0}


def main() -> None:
    folder = Path(sys.argv[1])
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("entry", stored=True)
    for field in FIELDS:
        builder.add_text_field(field, stored=True, tokenizer_name="default")
    schema = builder.build()
    fresh = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    index = tantivy.Index(schema, path=str(folder))
    say("empty" if fresh else "ready")
    if fresh:
        fill(index)
        say("ready")
    index.reload()
    searcher = index.searcher()
    for line in sys.stdin:
        terms = json.loads(line)
        begun = time.perf_counter()
        found = searcher.search(query_of(schema, terms), 20)
        for _, address in found.hits:
            searcher.doc(address)
        say((time.perf_counter() - begun) * 1000)


def fill(index: tantivy.Index) -> None:
    writer = index.writer(heap_size=512_000_000, num_threads=1)
    for line in sys.stdin:
        row = json.loads(line)
        if row is None:
            break
        document = tantivy.Document(
            entry=row[0], **{field: text for field, text in zip(FIELDS, row[1:], strict=True) if text}
        )
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


def query_of(schema: tantivy.Schema, terms: list) -> tantivy.Query:
    every = []
    for word, prefix in terms:
        fields = []
        for field in FIELDS:
            one = (
                tantivy.Query.regex_query(schema, field, word + ".*")
                if prefix
                else tantivy.Query.term_query(schema, field, word)
            )
            fields.append((tantivy.Occur.Should, tantivy.Query.boost_query(one, BOOSTS[field])))
        every.append((tantivy.Occur.Must, tantivy.Query.boolean_query(fields)))
    return tantivy.Query.boolean_query(every)


def say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


main()
