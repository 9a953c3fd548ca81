"""The judge over real HTTP: fit ones decide, unfit, absent and broken ones leave a check unknown."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from greenroom.config import read
from greenroom.rehearsal import judging
from greenroom.rehearsal.checks import CheckOutcome
from greenroom.rehearsal.evaluation import evaluate
from greenroom.rehearsal.scenario import JudgeChoice
from greenroom.services.rehearsals import JudgeService, NoJudge
from greenroom.services.rehearsals.judge_service import SILENT_IN_A_ROW, UNCITED
from tests.rehearsal.calls import a_call, a_scenario

pytestmark = [pytest.mark.unit, pytest.mark.any_database]

LABELS = {labeled.reply: labeled.label for labeled in judging.starter_exam()}


class ScriptedJudge:
    """Answers each question with ``answer(reply)``: a verdict, or an HTTP status."""

    def __init__(self) -> None:
        self.answer: Callable[[str], str | int] = lambda reply: LABELS.get(reply, "pass")
        self.asked = 0
        self.models: list[str] = []
        judge = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                judge.asked += 1
                judge.models.append(body["model"])
                line = body["messages"][1]["content"].rsplit("Agent, turn ", 1)[1]
                number, _, text = line.partition(": ")
                reply = json.loads(text)
                said = judge.answer(reply)
                content = json.dumps({"verdict": said, "turn": int(number), "quote": reply, "reason": "Read it."})
                answer = json.dumps({"choices": [{"message": {"content": content}}]}).encode()
                self.send_response(said if isinstance(said, int) else 200)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/v1/chat/completions"


@pytest.fixture
def server() -> Iterator[ScriptedJudge]:
    judge = ScriptedJudge()
    yield judge
    judge.server.shutdown()
    judge.server.server_close()


def service(folder: Path, url: str, model: str = "m-1") -> JudgeService:
    return JudgeService(replace(read({"GREENROOM_DATA_DIR": str(folder)}), judge_url=url, judge_model=model))


def verdict(judge: JudgeService) -> str | None:
    (found,) = evaluate(a_scenario("{judge: names the hours}"), a_call(), [1], judge.rule)
    return found.verdict


def why(judge: JudgeService) -> str:
    """Why a check is unknown."""
    (found,) = evaluate(a_scenario("{judge: names the hours}"), a_call(), [1], judge.rule)
    assert found.verdict == "unknown"
    return found.reason


def test_an_undecided_check_says_which_part_the_judge_lacks(server, tmp_path):
    judge = service(tmp_path, server.url)
    assert why(service(tmp_path, "")).startswith("No judge is set. Set GREENROOM_JUDGE_URL")
    assert "m-1 hasn't taken its exam" in why(judge)
    server.answer = lambda reply: "fail"
    judge.exam()
    assert "m-1 failed its exam" in why(judge)
    server.answer = lambda reply: LABELS.get(reply, "pass")
    judge.exam()
    server.answer = lambda reply: 500
    assert why(judge) == "The judge gave no answer: m-1 refused (500). Check its address, its name and its key."
    server.answer = lambda reply: "maybe"
    assert why(judge) == UNCITED
    server.asked = 0
    server.answer = lambda reply: "fail" if server.asked == 1 else "maybe"
    assert why(judge) == UNCITED


def test_a_judge_decides_only_after_it_has_passed_its_exam(server, tmp_path):
    judge = service(tmp_path, server.url)
    assert verdict(judge) == "unknown"
    assert judge.exam().fit
    assert verdict(judge) == "pass"
    server.answer = lambda reply: "fail"
    assert verdict(judge) == "fail"
    assert verdict(service(tmp_path, server.url, "m-2")) == "unknown"  # another model has taken no exam


@pytest.mark.parametrize("answer", [lambda reply: "fail", lambda reply: "pass", lambda reply: "maybe", lambda reply: 429])
def test_an_unfit_judge_leaves_every_check_unknown(server, tmp_path, answer):
    server.answer = answer
    judge = service(tmp_path, server.url)
    assert not judge.exam().fit
    server.answer = lambda reply: "pass"
    assert verdict(judge) == "unknown"


def test_an_exam_asks_no_more_once_a_judge_stays_silent(server, tmp_path, caplog):
    server.answer = lambda reply: 500
    result = service(tmp_path, server.url).exam()
    assert (result.fit, result.silent) == (False, True)
    assert server.asked == SILENT_IN_A_ROW
    assert len(caplog.records) == 1, "its error is said once"


@pytest.mark.parametrize("status", [429, 500])
def test_a_fit_judge_that_breaks_leaves_the_check_unknown(server, tmp_path, status):
    judge = service(tmp_path, server.url)
    judge.exam()
    server.answer = lambda reply: status
    assert verdict(judge) == "unknown"


def test_a_judge_that_is_gone_leaves_the_check_unknown(server, tmp_path):
    judge = service(tmp_path, server.url)
    judge.exam()
    server.server.shutdown()
    server.server.server_close()
    assert verdict(judge) == "unknown"


def test_only_a_fail_is_asked_again(server, tmp_path):
    judge = service(tmp_path, server.url)
    judge.exam()
    server.asked = 0
    verdict(judge)
    assert server.asked == 1
    server.answer = lambda reply: "fail"
    verdict(judge)
    assert server.asked == 1 + judging.VOTES


@pytest.mark.parametrize(("votes", "fails", "said"), [(1, 1, "fail"), (5, 3, "fail"), (5, 2, "unknown"), (3, 2, "fail")])
def test_a_file_says_how_often_a_fail_is_asked(server, tmp_path, votes, fails, said):
    judge = service(tmp_path, server.url)
    judge.exam()
    server.asked = 0
    server.answer = lambda reply: "fail" if server.asked <= fails else "pass"
    (found,) = evaluate(a_scenario("{judge: names the hours}"), a_call(), [1], judge.asked(JudgeChoice("", votes)))
    assert (found.verdict, server.asked) == (said, votes)


def test_a_file_names_a_model_which_takes_its_own_exam(server, tmp_path):
    judge = service(tmp_path, server.url)
    judge.exam()
    scenario = replace(a_scenario("{judge: names the hours}"), judging=JudgeChoice("m-2", 3))

    def ruled() -> CheckOutcome:
        (found,) = evaluate(scenario, a_call(), [1], judge.asked(scenario.judging))
        return found

    assert ruled().verdict == "unknown"
    assert ruled().reason.endswith("Run: greenroom rehearse exam --model m-2")
    assert judge.of("m-2").exam().fit
    server.models.clear()
    assert ruled().verdict == "pass"
    assert server.models == ["m-2"]
    assert judge.result() is not None  # its exam stands beside that of the other one
    assert verdict(judge) == "pass"


def test_without_a_judge_there_is_no_exam(tmp_path):
    with pytest.raises(NoJudge):
        service(tmp_path, "").exam()
