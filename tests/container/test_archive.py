"""The archive: always the same bytes, for either machine, and wrong input refused."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile

import pytest

from chart import binary
from runtime import pack, packed

# Where the loader of each machine lies, and what clang calls the machine.
LOADER = {"amd64": "/lib64/ld-linux-x86-64.so.2", "arm64": "/lib/ld-linux-aarch64.so.1"}
TARGET = {"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}


def blobs(archive):
    """Digest to content, and the index; the digests and sizes that it names must be true."""
    with tarfile.open(archive) as tar:
        files = {m.name: tar.extractfile(m).read() for m in tar.getmembers() if m.isfile()}
    found = {f"sha256:{name.split('/')[-1]}": content for name, content in files.items()
             if name.startswith("blobs/sha256/")}
    for digest, content in found.items():
        assert digest == "sha256:" + hashlib.sha256(content).hexdigest()
    return found, json.loads(files["index.json"])


def manifests(found, descriptor):
    """Each platform's, whether there is an index or not."""
    document = json.loads(found[descriptor["digest"]])
    assert len(found[descriptor["digest"]]) == descriptor["size"]
    if "layers" in document:
        return {descriptor["platform"]["architecture"]: document}
    return {a: m for d in document["manifests"] for a, m in manifests(found, d).items()}


def root_of(found, manifest):
    (layer,) = manifest["layers"]
    return tarfile.open(fileobj=io.BytesIO(found[layer["digest"]]))


def build_foreign(folder, architecture):
    """A program of that machine with a library of its own, by a real linker; it is not run."""
    (folder / "lib").mkdir(parents=True)
    (folder / "answer.c").write_text("int answer(void) { return 42; }\n")
    (folder / "start.c").write_text("int answer(void);\nvoid _start(void) { answer(); }\n")
    loader = LOADER[architecture]

    def clang(*words):
        subprocess.run(["clang-19", f"--target={TARGET[architecture]}", "-fuse-ld=lld", "-nostdlib",
                        *words], cwd=folder, check=True)

    clang("-shared", "-o", f"lib/{loader.split('/')[-1]}", "answer.c")
    clang("-shared", "-Wl,-soname,libanswer.so.1", "-o", "lib/libanswer.so.1", "answer.c")
    clang(f"-Wl,--dynamic-linker={loader}", "-o", "program", "start.c", "lib/libanswer.so.1")
    return folder


def own():
    return {"x86_64": "amd64", "aarch64": "arm64"}[os.uname().machine]


def test_two_builds_are_the_same_bytes(tmp_path):
    """Another folder, name and time of the program, another user's mask, time zone and language."""
    first = packed(tmp_path, "--output", "first.tar")
    (tmp_path / "elsewhere").mkdir()
    copy = tmp_path / "elsewhere/other-name"
    shutil.copy(binary(), copy)
    copy.chmod(0o700)
    os.utime(copy, (1e9, 1e9))
    before = os.umask(0o077)
    try:
        second = packed(tmp_path, "--output", "second.tar", program=copy, TZ="Asia/Tokyo", LANG="C")
    finally:
        os.umask(before)
    third = packed(tmp_path, "--output", "third.tar", "--binary", copy)
    assert first["digest"] == second["digest"] == third["digest"]
    archives = {(tmp_path / f"{name}.tar").read_bytes() for name in ("first", "second", "third")}
    assert len(archives) == 1


def test_it_holds_the_program_what_it_loads_and_nothing_else(tmp_path):
    packed(tmp_path, "--output", "image.tar")
    found, index = blobs(tmp_path / "image.tar")
    (top,) = index["manifests"]
    (manifest,) = manifests(found, top).values()
    with root_of(found, manifest) as root:
        names = {m.name for m in root.getmembers() if m.isfile()}
        assert root.extractfile("usr/bin/autosre").read() == binary().read_bytes()
        assert all(m.mtime == 0 and m.uid == m.gid for m in root.getmembers())
        assert {m.uid for m in root.getmembers()} == {0, 65532}
    loaded = subprocess.run(["ldd", binary()], text=True, capture_output=True, check=True).stdout
    libraries = {word.split("/")[-1] for line in loaded.splitlines() for word in line.split()[:1]
                 if "vdso" not in word}
    assert {n.split("/")[-1] for n in names} == libraries | {"autosre", "passwd", "group", "nsswitch.conf"}


def test_programs_of_two_machines_make_one_image(tmp_path):
    other = {"amd64": "arm64", "arm64": "amd64"}[own()]
    foreign = build_foreign(tmp_path / "foreign", other)
    said = packed(tmp_path, "--output", "both.tar", "--binary", binary(), "--binary",
                  foreign / "program", "--libraries", foreign / "lib")
    assert {p["platform"] for p in said["platforms"]} == {"linux/amd64", "linux/arm64"}
    found, index = blobs(tmp_path / "both.tar")
    (top,) = index["manifests"]
    assert top["digest"] == said["digest"]
    platforms = manifests(found, top)
    with root_of(found, platforms[other]) as root:
        assert root.extractfile("usr/bin/autosre").read() == (foreign / "program").read_bytes()
        assert LOADER[other][1:] in root.getnames()
        assert f"lib/{TARGET[other]}/libanswer.so.1" in root.getnames()
    with root_of(found, platforms[own()]) as root:
        assert root.extractfile("usr/bin/autosre").read() == binary().read_bytes()


def test_an_archive_goes_through_a_pipe(tmp_path):
    said = packed(tmp_path, "--output", "file.tar")
    done = subprocess.run([binary(), "k3s", "image", "-o", "-"], capture_output=True, cwd=tmp_path,
                          env={"HOME": str(tmp_path)})
    assert done.stdout == (tmp_path / "file.tar").read_bytes()
    assert said["digest"] in done.stderr.decode()


def test_a_dry_run_writes_nothing(tmp_path):
    said = packed(tmp_path, "--dry-run")
    assert said["dry_run"] and "/usr/bin/autosre" in said["platforms"][0]["files"]
    assert list(tmp_path.iterdir()) == []
    assert pack(tmp_path).returncode == 0
    assert [p.name for p in tmp_path.iterdir()] == [said["file"]]


@pytest.mark.parametrize("options, words", [
    (["--binary", "absent"], ["absent", "no such file"]),
    (["--binary", "/"], ["no such file"]),
    (["--binary", __file__], ["no ELF program"]),
    (["--binary", str(binary()), "--binary", str(binary())], ["another program", "one --binary for each"]),
    (["--add", __file__], ["no ELF program"]),
    (["--output", "/dev/null"], ["/dev/null"]),
    (["-o", "-", "--nonsense"], ["--nonsense"]),
])
def test_wrong_input_is_refused_in_words(tmp_path, options, words):
    done = pack(tmp_path, *options)
    assert done.returncode == 2 and done.stdout == "", done
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1, done.stderr
    for word in words:
        assert word in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_library_that_is_nowhere_is_named(tmp_path):
    other = {"amd64": "arm64", "arm64": "amd64"}[own()]
    foreign = build_foreign(tmp_path / "foreign", other)
    done = pack(tmp_path, "--binary", foreign / "program")
    assert done.returncode == 1
    assert "ld-linux" in done.stderr and "--libraries" in done.stderr, done.stderr
