"""Secrets come from where the configuration says, or the operator is told why not; no value is ever repeated."""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import pytest

from redistui.config import secret_sources
from redistui.config.secrets import Secrets
from redistui.model.errors import ConfigurationError
from redistui.model.secret import Secret, SecretReference, SecretSource

PLANTED = "planted-s3cret"


def reference(source: SecretSource, *locator: str) -> SecretReference:
    return SecretReference(source, locator)


def python(code: str) -> SecretReference:
    return reference(SecretSource.COMMAND, sys.executable, "-c", code)


async def refusal(wanted: SecretReference, secrets: Secrets | None = None) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        await (secrets or Secrets()).resolve(wanted)
    assert PLANTED not in everything_said(caught.value)
    return caught.value


def everything_said(error: BaseException | None) -> str:
    """The texts of an exception and of all that hangs on it."""
    said = ""
    while error is not None:
        said += f"{error} {error!r} {vars(error)}"
        error = error.__cause__ or error.__context__
    return said


class TestEnvironment:
    async def test_its_value(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ORDERS_PASSWORD", PLANTED)
        assert await Secrets().resolve(reference(SecretSource.ENVIRONMENT, "ORDERS_PASSWORD")) == Secret(PLANTED)

    @pytest.mark.parametrize(("value", "word"), [(None, "not set"), ("", "empty")])
    async def test_missing(self, monkeypatch: pytest.MonkeyPatch, value: str | None, word: str) -> None:
        monkeypatch.delenv("ORDERS_PASSWORD", raising=False)
        if value is not None:
            monkeypatch.setenv("ORDERS_PASSWORD", value)
        error = await refusal(reference(SecretSource.ENVIRONMENT, "ORDERS_PASSWORD"))
        assert error.message == f"The environment variable ORDERS_PASSWORD is {word}"
        assert "before starting redistui" in error.hint


class TestFile:
    @pytest.mark.parametrize("content", [PLANTED, f"{PLANTED}\n", f"{PLANTED}\r\n"])
    async def test_one_line_end_is_not_part_of_it(self, tmp_path: Path, content: str) -> None:
        assert await self.read(tmp_path, content) == Secret(PLANTED)

    async def test_more_line_ends_are(self, tmp_path: Path) -> None:
        assert await self.read(tmp_path, f" {PLANTED}\n\n") == Secret(f" {PLANTED}\n")

    async def test_a_rotated_password_is_seen_at_once(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, "old")
        secrets = Secrets()
        assert await secrets.resolve(reference(SecretSource.FILE, str(path))) == Secret("old")
        path.write_text("new")
        assert await secrets.resolve(reference(SecretSource.FILE, str(path))) == Secret("new")

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o777])
    async def test_others_may_not_use_it(self, tmp_path: Path, mode: int) -> None:
        path = self.write(tmp_path, PLANTED, mode)
        error = await refusal(reference(SecretSource.FILE, str(path)))
        assert error.message == f"The secret file {path} may be used by others (mode {mode:04o})"
        assert error.hint == f"Run: chmod 600 '{path}'"

    async def test_unusable_files(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe", 0o600)
        self.write(tmp_path, "")
        for name, message in (
            ("missing", "cannot be read: No such file or directory"),
            ("pipe", "is not a regular file"),
            (".", "is not a regular file"),
            ("secret", "gives nothing"),
        ):
            assert message in (await refusal(reference(SecretSource.FILE, str(tmp_path / name)))).message

    async def test_bytes_that_are_no_text_are_not_repeated(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, PLANTED)
        path.write_bytes(b"\xff" + PLANTED.encode())
        assert "does not give UTF-8 text" in (await refusal(reference(SecretSource.FILE, str(path)))).message
        path.write_text(PLANTED * 10_000)
        assert "is larger than 64 KB" in (await refusal(reference(SecretSource.FILE, str(path)))).message

    def write(self, folder: Path, content: str, mode: int = 0o600) -> Path:
        path = folder / "secret"
        path.write_bytes(content.encode())
        path.chmod(mode)
        return path

    async def read(self, folder: Path, content: str) -> Secret:
        return await Secrets().resolve(reference(SecretSource.FILE, str(self.write(folder, content))))


class TestCommand:
    async def test_what_it_prints(self) -> None:
        assert await Secrets().resolve(python(f"print('{PLANTED}')")) == Secret(PLANTED)

    async def test_no_shell_takes_it_apart(self) -> None:
        wanted = reference(SecretSource.COMMAND, "echo", "$HOME; `id` && true")
        assert await Secrets().resolve(wanted) == Secret("$HOME; `id` && true")

    async def test_a_failure_tells_the_exit_code_and_nothing_it_said(self) -> None:
        error = await refusal(
            python(f"import sys; print('{PLANTED}', file=sys.stderr); print('{PLANTED}'); sys.exit(3)")
        )
        assert error.message == f"The secret command {sys.executable} failed with exit code 3"
        assert "by hand" in error.hint

    async def test_a_signal(self) -> None:
        assert "failed with signal 9" in (await refusal(python("import os; os.kill(os.getpid(), 9)"))).message

    async def test_a_program_that_is_not_there(self) -> None:
        error = await refusal(reference(SecretSource.COMMAND, "/nowhere/pass", "show"))
        assert error.message == "The secret command /nowhere/pass cannot be run: No such file or directory"

    async def test_nothing_and_too_much(self) -> None:
        assert "gives nothing" in (await refusal(python("print()"))).message
        error = await refusal(python(f"import sys\nwhile True: sys.stdout.write('{PLANTED}' * 1000)"))
        assert "gives more than 64 KB" in error.message

    async def test_it_and_its_children_are_ended_at_the_limit(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(secret_sources, "COMMAND_LIMIT_SECONDS", 0.5)
        code = (
            "import os, pathlib, subprocess, time\n"
            "child = subprocess.Popen(['sleep', '60'])\n"
            f"pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(child.pid))\n"
            "time.sleep(60)\n"
        )
        error = await refusal(python(code))
        assert "took longer than 0.5 s and was ended" in error.message
        child = int((tmp_path / "pid").read_text())
        deadline = time.monotonic() + 5
        while running(child) and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        assert not running(child)

    async def test_it_cannot_take_the_terminal(self) -> None:
        code = "import os\ntry: os.open('/dev/tty', os.O_RDWR); print('terminal')\nexcept OSError: print('none')"
        assert (await Secrets().resolve(python(code))).reveal() == "none"

    async def test_callers_at_the_same_time_share_one_run(self, tmp_path: Path) -> None:
        wanted = self.counting(tmp_path)
        secrets = Secrets()
        answers = await asyncio.gather(*(secrets.resolve(wanted) for _ in range(20)))
        assert set(answers) == {Secret(PLANTED)}
        assert (tmp_path / "runs").read_text() == "x"

    async def test_a_caller_that_leaves_does_not_take_the_answer_along(self, tmp_path: Path) -> None:
        secrets = Secrets()
        wanted = self.counting(tmp_path)
        leaving, staying = (asyncio.create_task(secrets.resolve(wanted)) for _ in range(2))
        await asyncio.sleep(0)
        leaving.cancel()
        assert await staying == Secret(PLANTED)
        assert (tmp_path / "runs").read_text() == "x"

    async def test_it_is_run_again_after_a_minute_or_when_it_was_refused(self, tmp_path: Path) -> None:
        now = [0.0]
        secrets = Secrets(clock=lambda: now[0])
        wanted = self.counting(tmp_path)
        for at, runs in ((0.0, 1), (59.0, 1), (61.0, 2)):
            now[0] = at
            await secrets.resolve(wanted)
            assert (tmp_path / "runs").read_text() == "x" * runs
        secrets.forget(wanted)
        await secrets.resolve(wanted)
        assert (tmp_path / "runs").read_text() == "xxx"

    def counting(self, folder: Path) -> SecretReference:
        return python(f"open({str(folder / 'runs')!r}, 'a').write('x'); print('{PLANTED}')")


class TestPrompt:
    asked = reference(SecretSource.PROMPT, "Password of orders")

    async def test_it_is_asked_once(self) -> None:
        questions: list[str] = []

        def prompt(words: str) -> str:
            questions.append(words)
            return PLANTED

        secrets = Secrets(prompt)
        assert await asyncio.gather(*(secrets.resolve(self.asked) for _ in range(5))) == [Secret(PLANTED)] * 5
        assert await secrets.resolve(self.asked) == Secret(PLANTED)
        assert questions == ["Password of orders"]
        secrets.forget(self.asked)
        await secrets.resolve(self.asked)
        assert len(questions) == 2

    async def test_two_questions_never_stand_on_the_terminal_at_once(self) -> None:
        asking = threading.Lock()

        def prompt(words: str) -> str:
            assert asking.acquire(blocking=False)
            time.sleep(0.02)
            asking.release()
            return words

        secrets = Secrets(prompt)
        references = [reference(SecretSource.PROMPT, f"Password {number}") for number in range(4)]
        answers = await asyncio.gather(*(secrets.resolve(wanted) for wanted in references))
        assert [answer.reveal() for answer in answers] == [wanted.locator[0] for wanted in references]

    async def test_without_a_terminal(self) -> None:
        error = await refusal(self.asked)
        assert error.message == "The secret 'Password of orders' has to be typed, and there is no terminal to ask on"
        assert "env, file, keyring or command" in error.hint

    @pytest.mark.parametrize("answer", [EOFError, KeyboardInterrupt, ""])
    async def test_an_operator_who_declines_is_not_asked_again(self, answer: type[BaseException] | str) -> None:
        asked: list[str] = []

        def prompt(words: str) -> str:
            asked.append(words)
            if isinstance(answer, str):
                return answer
            raise answer

        secrets = Secrets(prompt)
        for _ in range(3):
            assert "was not typed" in (await refusal(self.asked, secrets)).message
        assert len(asked) == 1


class TestKeyring:
    wanted = reference(SecretSource.KEYRING, "redistui", "orders")

    @pytest.fixture
    def backend(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str, str], str | None]], None]:
        def install(get_password: Callable[[str, str], str | None]) -> None:
            module = ModuleType("keyring")
            module.get_password = get_password  # type: ignore[attr-defined]
            monkeypatch.setitem(sys.modules, "keyring", module)

        return install

    async def test_its_value(self, backend: Callable[..., None]) -> None:
        backend(lambda service, user: {("redistui", "orders"): PLANTED}[service, user])
        assert await Secrets().resolve(self.wanted) == Secret(PLANTED)

    async def test_nothing_stored(self, backend: Callable[..., None]) -> None:
        backend(lambda service, user: None)
        error = await refusal(self.wanted)
        assert error.message == "The keyring holds nothing for redistui/orders"
        assert error.hint == "Store it: keyring set 'redistui' 'orders'"

    async def test_a_backend_that_breaks_is_not_quoted(self, backend: Callable[..., None]) -> None:
        def breaks(service: str, user: str) -> str:
            raise RuntimeError(f"cannot decode {PLANTED}")

        backend(breaks)
        assert "could not be asked for redistui/orders: RuntimeError" in (await refusal(self.wanted)).message

    async def test_not_installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "keyring", None)
        assert (await refusal(self.wanted)).hint == "pip install 'redistui[keyring]'"

    async def test_the_real_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        keyring = pytest.importorskip("keyring")
        from keyring.backend import KeyringBackend

        class Memory(KeyringBackend):
            priority = 1  # type: ignore[assignment]
            stored: ClassVar[dict[tuple[str, str], str]] = {}

            def get_password(self, service: str, username: str) -> str | None:
                return self.stored.get((service, username))

            def set_password(self, service: str, username: str, password: str) -> None:
                self.stored[service, username] = password

        before = keyring.get_keyring()
        keyring.set_keyring(Memory())
        try:
            keyring.set_password("redistui", "orders", PLANTED)
            assert await Secrets().resolve(self.wanted) == Secret(PLANTED)
        finally:
            keyring.set_keyring(before)


async def test_a_kubernetes_secret_is_refused_with_the_reason() -> None:
    error = await refusal(reference(SecretSource.KUBERNETES, "shop", "redis", "password"))
    assert "shop/redis (password) can only be read by a connection of type kubernetes" in error.message
    assert "command" in error.hint


async def test_a_secret_of_the_file_itself_is_given_back() -> None:
    assert await Secrets().resolve(Secret(PLANTED)) == Secret(PLANTED)


async def test_reading_does_not_stop_the_loop() -> None:
    ticks = 0
    resolving = asyncio.create_task(Secrets().resolve(python(f"import time; time.sleep(0.3); print('{PLANTED}')")))
    while not resolving.done():
        await asyncio.sleep(0.01)
        ticks += 1
    assert resolving.result() == Secret(PLANTED)
    assert ticks > 10


def running(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().split(") ")[1][0] != "Z"
    except OSError:
        return False
