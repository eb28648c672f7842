"""A real OpenSSH server on a free port of 127.0.0.1, with keys and configuration of its own."""

import getpass
import os
import pathlib
import shutil
import signal
import subprocess

from ports import free_port
from proxy import wait_until

SERVER = shutil.which("sshd", path="/usr/sbin:/sbin:" + os.environ["PATH"])


class Sshd:
    """Lets in whoever has `key`. `client_config` leads to it from 127.0.0.1 and from the names given."""

    def __init__(self, folder, *names):
        assert SERVER, "sshd is missing: tools/deps.sh test"
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.user = getpass.getuser()
        self.port = free_port()
        self.key = self.make_key("user")
        self.make_key("host")
        self.client_config = self.write_client_config(names)
        self.log = open(self.folder / "log", "w+b")
        if os.getuid() == 0:
            os.makedirs("/run/sshd", exist_ok=True)  # where it locks itself in
        self.process = subprocess.Popen(
            [SERVER, "-D", "-e", "-f", self.write_server_config()], stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=self.log, start_new_session=True)
        wait_until(lambda: "Server listening" in self.said(), 20, "sshd")

    def make_key(self, name):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / name],
                       check=True)
        return self.folder / name

    def write_server_config(self):
        file = self.folder / "sshd_config"
        file.write_text(f"""ListenAddress 127.0.0.1
Port {self.port}
HostKey {self.folder}/host
AuthorizedKeysFile {self.folder}/user.pub
PidFile none
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
""")
        return file

    def write_client_config(self, names):
        file = self.folder / "ssh_config"
        file.write_text(f"""Host {' '.join(['127.0.0.1', *names])}
    HostName 127.0.0.1
    Port {self.port}
UserKnownHostsFile {self.folder}/known_hosts
GlobalKnownHostsFile /dev/null
""")
        return file

    def said(self):
        return (self.folder / "log").read_text(errors="replace")

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(10)
        self.log.close()
