from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.article import normalise
from evaluation.errors import SetError
from evaluation.questions import GoldQuestion
from evaluation.sets import read_set
from tests.conftest import ROOT

SETS = ROOT / "evaluation" / "sets"
GOOD = '{"id": "a", "question": "Who?", "answers": ["Ann"], "article": "05.txt"}\n'


def write(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_a_json_line_is_a_question(tmp_path: Path) -> None:
    line = {
        "id": "f-1",
        "question": "How much?",
        "answers": ["USD 5", "5"],
        "article": "05.txt",
        "evidence": "It cost USD 5.",
        "kind": "factoid",
        "also": ["06.txt"],
    }

    (question,) = read_set(write(tmp_path, "s.jsonl", json.dumps(line))).questions

    assert question == GoldQuestion(
        "f-1",
        "How much?",
        ("USD 5", "5"),
        "05.txt",
        ("It cost USD 5.",),
        "factoid",
        ("06.txt",),
    )


def test_no_answers_means_unanswerable(tmp_path: Path) -> None:
    path = write(tmp_path, "s.jsonl", '{"question": "Who?", "answers": []}\n')

    (question,) = read_set(path).questions

    assert not question.answerable
    assert (question.id, question.kind) == ("line-1", "unanswerable")


def test_a_dialogue_becomes_its_turns(tmp_path: Path) -> None:
    turns = [{"question": "Who?", "answers": ["Ann"]}, {"question": "And then?", "answers": []}]
    path = write(tmp_path, "s.jsonl", json.dumps({"id": "dialogue-01", "turns": turns}))

    first, second = read_set(path).questions

    assert (first.id, second.id) == ("dialogue-01/1", "dialogue-01/2")
    assert first.dialogue == second.dialogue == "dialogue-01"
    assert first.kind == second.kind == "dialogue"


def test_csv_has_the_same_columns(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "s.csv",
        "id,question,answers,article,evidence,kind\n"
        'a,Who?,Ann|the chair,05.txt,"She, Ann, is the chair.",factoid\n'
        'b,When?,"[""in May, 2023""]",05.txt,,temporal\n'
        "c,Why?,,,,unanswerable\n",
    )

    a, b, c = read_set(path).questions

    assert a.answers == ("Ann", "the chair")
    assert a.evidence == ("She, Ann, is the chair.",)
    assert b.answers == ("in May, 2023",)
    assert not c.answerable
    assert c.article is None


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_csv_of_other_delimiters_is_read(tmp_path: Path, delimiter: str) -> None:
    rows = [["id", "question", "answers"], ["a", "Who, then?", "Ann"]]
    path = write(tmp_path, "s.csv", "\ufeff" + "\n".join(map(delimiter.join, rows)))

    assert read_set(path).questions[0].question == "Who, then?"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "not JSON"),
        ("[1]", "expected an object with a question"),
        ('{"answers": []}', "“question” must be a text; found None"),
        ('{"question": "  ", "answers": []}', "“question” must be a text"),
        ('{"question": "Who?"}', "“answers” is missing; write [] if"),
        ('{"question": "Who?", "answers": "Ann"}', "“answers” must be a list of texts"),
        ('{"question": "Who?", "answers": [3]}', "“answers” must be a list of texts"),
        ('{"question": "Who?", "answers": [" "]}', "holds an empty text"),
        ('{"question": "Who?", "answers": ["A"], "kind": "unanswerable"}', "but it has answers"),
        ('{"question": "Who?", "answers": [], "article": 5}', "“article” must be an id"),
        ('{"question": "Who?", "answers": [], "id": [1]}', "“id” must be a text"),
        ('{"id": "d", "turns": []}', "“turns” must be a list of questions"),
        ('{"id": "d", "turns": [{"question": "Who?"}]}', "turn 1: “answers” is missing"),
    ],
)
def test_a_broken_line_is_named_with_its_reason(tmp_path: Path, line: str, why: str) -> None:
    path = write(tmp_path, "s.jsonl", GOOD + "\n" + line + "\n")

    with pytest.raises(SetError) as error:
        read_set(path)

    assert f"{path}, line 3: " in str(error.value)
    assert why in str(error.value)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("b,Who?", "expected 3 columns"),
        ("b,Who?,Ann,more", "expected 3 columns"),
        ("b,,Ann", "“question” must be a text"),
        ("b,Who?,[Ann", "begins like a JSON list and is none"),
        ('b,Who?,"Ann"x', "not CSV"),
    ],
)
def test_a_broken_row_is_named_with_its_reason(tmp_path: Path, row: str, why: str) -> None:
    path = write(tmp_path, "s.csv", f"id,question,answers\na,Who?,Ann\n{row}\nc,Why?,\n")

    with pytest.raises(SetError, match="line 3") as error:
        read_set(path)

    assert why in str(error.value)
    assert [q.id for q in read_set(path, skip_bad=True).questions] == ["a", "c"]


def test_skip_bad_runs_the_rest_and_tells_what_was_skipped(tmp_path: Path) -> None:
    path = write(tmp_path, "s.jsonl", GOOD + "broken\n" + GOOD.replace('"a"', '"b"'))

    found = read_set(path, skip_bad=True)

    assert [question.id for question in found.questions] == ["a", "b"]
    assert [str(fault).split(": ")[0] for fault in found.faults] == [f"{path}, line 2"]


def test_bytes_that_are_no_text_break_only_their_line(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_bytes(GOOD.encode() + b'{"question": "\xff"}\n')

    with pytest.raises(SetError, match="line 2: not UTF-8"):
        read_set(path)
    assert len(read_set(path, skip_bad=True).questions) == 1


def test_two_questions_of_one_id_are_a_fault(tmp_path: Path) -> None:
    path = write(tmp_path, "s.jsonl", GOOD + GOOD)

    with pytest.raises(SetError, match="2 questions have the id 'a'"):
        read_set(path)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("s.txt", "Who?", "a question set is .jsonl, .csv"),
        ("s.jsonl", "\n", "no questions in it"),
        ("s.json", "{", "not JSON"),
        ("s.json", '{"questions": []}', "not SQuAD"),
        ("s.csv", "id,text\n", "no column 'answers'"),
    ],
)
def test_a_file_that_is_no_set_is_refused(
    tmp_path: Path, name: str, content: str, why: str
) -> None:
    with pytest.raises(SetError, match=why):
        read_set(write(tmp_path, name, content))


def test_a_missing_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetError, match="no such question set"):
        read_set(tmp_path / "none.jsonl")


FIRST = "Oil fell. It cost USD 5. Gas rose."
SECOND = "Tea was served."


def squad(version: str = "v2.0") -> dict[str, object]:
    sure = {} if version == "1.1" else {"is_impossible": False}
    found = [{"text": "USD 5", "answer_start": 18}, {"text": "5", "answer_start": 22}]
    questions = [{"id": "q1", "question": "How much?", "answers": found, **sure}]
    if version != "1.1":
        never = {"id": "q2", "question": "Who?", "answers": [], "is_impossible": True}
        questions.append(never)
    tea = [{"text": "Tea", "answer_start": 0}]
    other = {"id": "q3", "question": "What was served?", "answers": tea, **sure}
    paragraphs = [{"context": FIRST, "qas": questions}, {"context": SECOND, "qas": [other]}]
    return {"version": version, "data": [{"title": "Raw_materials", "paragraphs": paragraphs}]}


def test_squad_open_makes_one_article_of_a_title(tmp_path: Path) -> None:
    found = read_set(write(tmp_path, "s.json", json.dumps(squad())))

    (article,) = found.articles
    first, second, third = found.questions
    assert (article.id, article.title) == ("Raw_materials", "Raw materials")
    assert article.text == f"{FIRST}\n\n{SECOND}"
    assert first.answers == ("USD 5", "5")
    assert first.evidence == ("It cost USD 5.",)
    assert (first.article, first.only) == ("Raw_materials", None)
    assert (second.answerable, second.kind) == (False, "unanswerable")
    assert third.evidence == ("Tea was served.",)


def test_squad_gold_hands_each_question_its_own_paragraph(tmp_path: Path) -> None:
    found = read_set(write(tmp_path, "s.json", json.dumps(squad())), gold=True)

    texts = {article.id: article.text for article in found.articles}
    first, second, third = found.questions
    assert first.only == second.only == first.article
    assert [texts[q.only] for q in (first, third) if q.only] == [FIRST, SECOND]


def test_squad_1_has_no_unanswerable_questions(tmp_path: Path) -> None:
    found = read_set(write(tmp_path, "s.json", json.dumps(squad("1.1"))))

    assert all(question.answerable for question in found.questions)


def test_a_broken_squad_question_is_named_and_may_be_skipped(tmp_path: Path) -> None:
    document = json.dumps(squad()).replace('"question": "Who?"', '"question": 3')
    path = write(tmp_path, "s.json", document)

    with pytest.raises(SetError, match="Raw_materials, paragraph 1: question q2: “question”"):
        read_set(path)
    assert len(read_set(path, skip_bad=True).questions) == 2


@pytest.mark.parametrize("context", [" ", "\u200b\ufeff", 3])
def test_a_squad_paragraph_without_a_visible_text_is_named(tmp_path: Path, context: object) -> None:
    document = {"data": [{"title": "Tea", "paragraphs": [{"context": context, "qas": []}]}]}

    with pytest.raises(SetError, match="Tea, paragraph 1: expected “context”, a text"):
        read_set(write(tmp_path, "s.json", json.dumps(document)))


def test_gold_is_for_squad_alone(tmp_path: Path) -> None:
    with pytest.raises(SetError, match="--gold is for a SQuAD"):
        read_set(write(tmp_path, "s.jsonl", GOOD), gold=True)


def test_a_folder_is_all_its_sets_with_its_articles(tmp_path: Path) -> None:
    write(tmp_path, "a.jsonl", GOOD)
    write(tmp_path, "b.csv", "id,question,answers\nb,Who?,Ann\n")
    (tmp_path / "articles").mkdir()

    found = read_set(tmp_path)

    assert [question.id for question in found.questions] == ["a", "b"]
    assert found.articles_folder == tmp_path / "articles"


def test_questions_without_ids_in_several_files_of_a_folder_are_all_asked(tmp_path: Path) -> None:
    write(tmp_path, "a.jsonl", '{"question": "Who?", "answers": ["Ann"]}\n')
    write(tmp_path, "b.jsonl", '{"turns": [{"question": "And then?", "answers": []}]}\n')

    found = read_set(tmp_path)

    assert [question.id for question in found.questions] == ["a/line-1", "b/line-1/1"]


# The sets that are shipped.


def gold_of(name: str) -> tuple[GoldQuestion, ...]:
    return read_set(SETS / name).questions


def test_the_missions_set_has_every_kind() -> None:
    questions = gold_of("mission.jsonl")
    kinds = {question.kind for question in questions}

    assert len(questions) >= 35
    assert sum(not question.answerable for question in questions) >= 10
    assert kinds == set("factoid chat paraphrase long temporal unanswerable dialogue".split())


@pytest.mark.parametrize(
    ("name", "articles"),
    [("mission.jsonl", ROOT / "corpus" / "articles"), ("newswire", SETS / "newswire" / "articles")],
)
def test_answers_and_evidence_stand_in_the_articles_word_for_word(
    name: str, articles: Path
) -> None:
    for question in gold_of(name):
        if question.answerable:
            assert question.article is not None
            text = normalise((articles / question.article).read_text(encoding="utf-8"))
            assert all(sentence in text for sentence in question.evidence), question.id
            # Several sentences may be quoted as one answer; the best comes first.
            where = " ".join(question.evidence) or text
            assert question.answers[0] in where, question.id


def test_questions_off_the_articles_are_all_unanswerable_and_half_typed_carelessly() -> None:
    lines = (SETS / "absent.jsonl").read_text(encoding="utf-8").splitlines()

    assert len(gold_of("absent.jsonl")) == 60
    assert not any(question.answerable for question in gold_of("absent.jsonl"))
    assert sum(json.loads(line)["style"] == "careless" for line in lines) == 30
