"""Starts a real Gatehouse for a test: own ports, own data folder, ended with the test."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Gatehouse:
    def __init__(self, process, ready, data):
        self.process = process
        self.data = data
        self.endpoint = ready["endpoint"]
        self.site = ready["site"]
        self.outputs = ready["outputs"]
        self.users = ready["users"]
        self.credentials = json.loads(pathlib.Path(data, "credentials.json").read_text())
        self.binary = binary()

    @classmethod
    def start(cls, template="products/template.yaml", arguments=()):
        """template: below the applications' folder; None serves an empty account."""
        data = tempfile.mkdtemp(prefix="gatehouse-test-")
        applications = ROOT / os.environ.get("GATEHOUSE_APPLICATIONS", "apps")
        command = [binary(), "run", *([str(applications / template)] if template else []), "--port", "0", "--site-port", "0",
                   "--data", data, "--json", *arguments]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("gatehouse did not start:\n" + process.stderr.read())
        return cls(process, json.loads(line), data)

    def client_environment(self):
        return {"PATH": "/usr/bin:/bin", "HOME": self.data, "AWS_ACCESS_KEY_ID": self.credentials["accessKeyId"],
                "AWS_SECRET_ACCESS_KEY": self.credentials["secretAccessKey"], "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_PAGER": "", "AWS_MAX_ATTEMPTS": "1"}

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        self.process.stdout.close()
        self.process.stderr.close()
        shutil.rmtree(self.data, ignore_errors=True)


def binary():
    return str(ROOT / os.environ.get("GATEHOUSE_BINARY", "build/release/gatehouse"))
