# SPDX-License-Identifier: Apache-2.0
"""place - a city of a bench's or test's own: programs, cluster, catalogue, services.

Started by root, everything runs as the unprivileged user that deploy/up uses,
this program included, from copies that this user may read.
"""
import json
import os
import pathlib
import pwd
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))

from sending import free_port  # noqa: E402

SERVICES = ("tracker", "router", "dispatch", "sentinel", "intake")
ACCOUNT = "dunghen"  # deploy/lib.sh makes it
SECONDS = int(os.environ.get("BENCH_SECONDS", "8"))
READY_S = 60
STOP_S = 30
NANO = 1e9

BEGUN = time.monotonic()


def say(text):
    print(f"{time.monotonic() - BEGUN:7.1f} s  {text}", file=sys.stderr, flush=True)


def percentile(values, share):
    """The value within which this share of all lies; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0


def median(values):
    return statistics.median(values)


def until(seconds, what, is_true):
    deadline = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what}: not within {seconds} s")
        time.sleep(0.05)


def cpu_seconds(pid):
    """What all threads of a process have used, to the nanosecond; 0 of one that has gone."""
    total = 0
    try:
        for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
    except (FileNotFoundError, ProcessLookupError):
        pass
    return total / NANO


def family(pid):
    """A process and those it has started."""
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *children]


def machine_seconds():
    """What all programs of this machine have used of its CPUs."""
    ticks = [int(word) for word in pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    user, nice, system, _, _, irq, softirq = ticks[:7]
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def own_seconds():
    """What this program has used, and those that it started and that have ended."""
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


def stolen_share():
    """A function that tells which share of the processors' time their host has given to others since."""
    def ticks():
        with open("/proc/stat", encoding="ascii") as stat:
            each = [int(word) for word in stat.readline().split()[1:9]]
        return each[-1], sum(each)

    before = ticks()

    def share():
        stolen, whole = (now - then for now, then in zip(ticks(), before))
        return stolen / max(whole, 1)
    return share


class Place:
    """With-statement: made at its beginning, gone at its end.

    Without a folder of programs the release preset is built. copies are files of the checkout that
    are there under their names; env is the services' own. The files of the write-ahead log are there
    (a gigabyte), as deploy/up makes them, when that is wanted."""

    def __init__(self, programs=None, services=SERVICES, catalogue="hcmc", copies=(), has_log_files=False, **env):
        self.programs = programs
        self.services = services
        self.catalogue = catalogue
        self.copies = copies
        self.has_log_files = has_log_files
        self.services_env = env
        self.processes = {}
        self.logs = []
        self.dir = None

    def __enter__(self):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            self._build()
            self.begun = time.monotonic(), machine_seconds(), own_seconds()
            self._make_dir()
            self._start_cluster()
            self._prepare()
            self._start_services()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, kind, value, trace):
        if kind is not None and kind is not SystemExit:
            self._show_logs()
        for name in reversed(self.processes):
            self._stop(name)
        if self.dir is not None:
            shutil.rmtree(self.dir, ignore_errors=True)
        return False

    def others_cores(self):
        """After the end: how many cores other programs held meanwhile."""
        begun, machine, own = self.begun
        return (machine_seconds() - machine - (own_seconds() - own)) / (time.monotonic() - begun)

    # ---- making ----

    def _build(self):
        if self.programs is not None:
            return
        self.programs = ROOT / "build/release/bin"
        say("build release")
        script = "source deploy/lib.sh && account_make && build release programs"
        subprocess.run(["bash", "-c", script], cwd=ROOT, check=True, stdout=sys.stderr)

    def _make_dir(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="dunghen-bench-"))
        shutil.copytree(self.programs, self.dir / "bin")
        shutil.copytree(ROOT / "deploy/catalogue" / self.catalogue, self.dir / "catalogue")
        for name in ("dunghen.conf", "new.sql"):
            shutil.copy(ROOT / "deploy/postgres" / name, self.dir)
        shutil.copy(ROOT / "tests/bench/baseline.sql", self.dir)
        shutil.copy(ROOT / "tests/bench/reads.sql", self.dir)
        for path in self.copies:
            shutil.copy(ROOT / path, self.dir)
        for folder in ("var/run/postgres", "var/keys", "log"):
            (self.dir / folder).mkdir(parents=True)
        (self.dir / "var/run").chmod(0o700)
        (self.dir / "var/keys").chmod(0o700)
        if os.geteuid() == 0:
            self._leave_root()
        os.chdir(self.dir)  # services find var/ from there
        self.intake = f"127.0.0.1:{free_port()}"
        self.worker_endpoint = f"tcp://127.0.0.1:{free_port()}"
        self.socket_dir = self.dir / "var/run/postgres"
        self.env = {name: value for name, value in os.environ.items() if "DUNGHEN_" not in name}
        self.env.update(
            DUNGHEN_INTAKE_LISTEN=self.intake,
            DUNGHEN_WORKER_ENDPOINT=self.worker_endpoint,
            DUNGHEN_LOG="warn",
        )

    def _leave_root(self):
        user = pwd.getpwnam(ACCOUNT)
        for folder, _, files in os.walk(self.dir):
            os.chown(folder, user.pw_uid, user.pw_gid)
            for name in files:
                os.chown(os.path.join(folder, name), user.pw_uid, user.pw_gid)
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
        os.environ["HOME"] = str(self.dir)

    def _start_cluster(self):
        versions = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
        self.postgres = versions[-1]
        data = self.dir / "postgres"
        say(f"cluster: {subprocess.check_output([self.postgres / 'postgres', '-V'], text=True).strip()}")
        subprocess.run(
            [self.postgres / "initdb", "-D", data, "-U", "dunghen", "--encoding=UTF8", "--locale=C.UTF-8", "--lc-collate=C",
             "--data-checksums", "--auth=trust"],
            check=True, stdout=subprocess.DEVNULL)
        with open(data / "postgresql.conf", "a", encoding="utf-8") as conf:
            conf.write(f"include '{self.dir}/dunghen.conf'\n")
        if self.has_log_files:
            with open("new.sql", encoding="utf-8") as made:
                subprocess.run([self.postgres / "postgres", "--single", "-j", "-D", data, "-c", "log_checkpoints=off", "postgres"],
                               check=True, stdin=made, stdout=subprocess.DEVNULL)
        self.start_cluster()
        if not self.has_log_files:
            self.sql("CREATE DATABASE dunghen", database="postgres")

    def start_cluster(self):
        """Also after it has ended, as its supervisor would."""
        self.start("postgres", [self.postgres / "postgres", "-D", self.dir / "postgres", "-k", self.socket_dir])
        ready = [self.postgres / "pg_isready", "-q", "-h", self.socket_dir, "-d", "postgres"]
        until(READY_S, "postgres", lambda: subprocess.run(ready, check=False).returncode == 0)

    def has_huge_pages(self):
        """Whether PostgreSQL has found some for its buffers; as many as it wants is the machine's to set aside."""
        smaps = pathlib.Path(f"/proc/{self.processes['postgres'].pid}/smaps").read_text(encoding="utf-8")
        return re.search(r"^KernelPageSize: +\d{4,} kB$", smaps, re.MULTILINE) is not None

    def _prepare(self):
        say(f"catalogue {self.catalogue}")
        self.ctl("keys", "init")
        self.ctl("migrate")
        self.ctl("catalogue", "load", self.dir / "catalogue")

    def _start_services(self):
        listens = {}
        for name in self.services:
            if not (self.dir / f"bin/dunghen-{name}").exists():
                say(f"no dunghen-{name} was built: it is left out")
                continue
            listens[name] = f"127.0.0.1:{free_port()}"
            self.start_service(name, listens[name])
        for name, listen in listens.items():
            self.wait_ready(name, listen)
        say("ready: " + " ".join(listens))

    def start_service(self, name, listen):
        self.start(name, [self.dir / f"bin/dunghen-{name}"], DUNGHEN_METRICS_LISTEN=listen, **self.services_env)

    def wait_ready(self, name, listen):
        until(READY_S, f"dunghen-{name}", lambda: self._is_ready(listen))

    def _is_ready(self, listen):
        try:
            with urllib.request.urlopen(f"http://{listen}/readyz", timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    # ---- using ----

    def start(self, name, command, **env):
        path = self.dir / f"log/{name}"
        self.logs.append(path)
        with open(path, "wb") as log:
            self.processes[name] = subprocess.Popen(
                [str(word) for word in command], env={**self.env, **env}, stdout=log, stderr=log)
        return self.processes[name]

    def _stop(self, name):
        process = self.processes[name]
        process.send_signal(signal.SIGINT if name == "postgres" else signal.SIGTERM)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            say(f"{name} did not stop in {STOP_S} s")
            process.kill()
            process.wait()

    def stop(self, name):
        self._stop(name)
        del self.processes[name]

    def _show_logs(self):
        for path in self.logs:
            lines = path.read_text(errors="replace").splitlines()[-5:]
            print("\n".join([f"--- {path.name}", *lines]), file=sys.stderr)

    def cores(self):
        """A function that tells how many cores each of the processes has used since."""
        def used():
            return {name: {pid: cpu_seconds(pid) for pid in family(process.pid)}
                    for name, process in self.processes.items() if process.poll() is None}

        before, begun = used(), time.monotonic()

        def tell():
            span = time.monotonic() - begun
            words = []
            for name, now in used().items():
                known = before.get(name, {})
                words.append(f"{name} {sum(s - known.get(pid, 0) for pid, s in now.items()) / span:.2f}")
            return "  ".join(words)
        return tell

    def ctl(self, *args, **env):
        done = subprocess.run([str(word) for word in (self.dir / "bin/dunghen", *args)],
                              env={**self.env, **env}, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"dunghen {' '.join(map(str, args))}: {done.stdout[-2000:]}{done.stderr}")
        if done.stderr:
            say(done.stderr.strip())
        return done.stdout

    def load(self, *args):
        """One run of dunghen load; its report."""
        return json.loads(self.ctl("load", "--json", "--url", f"http://{self.intake}", *args))

    def sql(self, statement, database="dunghen"):
        """Rows as lists of texts, as the superuser."""
        out = subprocess.check_output(
            [self.postgres / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", self.socket_dir, "-U", "dunghen",
             "-d", database, "-c", statement], text=True, env=self.env)
        return [line.split("|") for line in out.splitlines()]

    def one(self, statement):
        return self.sql(statement)[0][0]
