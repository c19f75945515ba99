"""A headless Chromium, driven by the DevTools protocol through a pair of pipes (--remote-debugging-pipe)."""
import base64
import json
import os
import shutil
import subprocess
import tempfile
import zlib


class Browser:
    """One browser with one page. Use as a context."""

    def __init__(self):
        self.folder = tempfile.mkdtemp()
        self.number, self.session, self.events = 0, None, []

    def __enter__(self):
        program = shutil.which("chromium")
        if not program:
            raise SystemExit("no chromium: scripts/bootstrap test installs it")
        read_commands, self.commands = os.pipe()
        self.answers, write_answers = os.pipe()

        def take_pipes():
            # The browser reads descriptor 3 and writes 4; both may be taken by the other's end here.
            ends = [os.dup(read_commands), os.dup(write_answers)]
            spare = [os.dup2(end, 60 + place) for place, end in enumerate(ends)]
            for place, end in enumerate(spare):
                os.dup2(end, 3 + place, inheritable=True)

        options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                   "--disable-background-networking", "--hide-scrollbars", "--remote-debugging-pipe",
                   f"--user-data-dir={self.folder}/profile", "about:blank"]
        self.process = subprocess.Popen([program, *options], preexec_fn=take_pipes, close_fds=False,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        env={**os.environ, "HOME": self.folder})
        os.close(read_commands)
        os.close(write_answers)
        self.rest = b""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.commands)
        os.close(self.answers)
        shutil.rmtree(self.folder, ignore_errors=True)

    def receive(self):
        while b"\0" not in self.rest:
            more = os.read(self.answers, 1 << 20)
            if not more:
                raise SystemExit(f"chromium ended with status {self.process.wait()}")
            self.rest += more
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def open(self, url, width, height, dark, scripts=False):
        """Loads a page at that size; returns the addresses that it asked for."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=width < 600)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.events.clear()
        self.call("Page.navigate", url=url)
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self.receive())
        return [event["params"]["request"]["url"] for event in self.events
                if event.get("method") == "Network.requestWillBeSent"]

    def evaluate(self, expression):
        """The value of an expression in the page; works where the page's own scripts do not run."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise SystemExit(f"{expression[:80]}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def screenshot(self, **options):
        return base64.b64decode(self.call("Page.captureScreenshot", format="png", **options)["data"])

    def pixel(self, x, y):
        """The color that was really drawn at a place: red, green, blue."""
        image = self.screenshot(clip={"x": x, "y": y, "width": 1, "height": 1, "scale": 1})
        data, at = b"", 8
        while at < len(image):
            length = int.from_bytes(image[at:at + 4], "big")
            if image[at + 4:at + 8] == b"IDAT":
                data += image[at + 8:at + 8 + length]
            at += 12 + length
        return tuple(zlib.decompress(data)[1:4])  # one pixel: every filter leaves it as it is
