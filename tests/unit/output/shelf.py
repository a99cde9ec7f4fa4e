"""A store of objects in memory that fails when it is told to; asserts nothing."""

import itertools
import json
from threading import RLock

from scanner.model.errors import OutputError
from scanner.model.objects import Object, Stored


class Crash(BaseException):
    """The process is gone: nothing of it runs any more."""


class Shelf:
    """Implements `Objects`. Before each change `fault(number, action, key)` may raise.

    After a `Crash` every further call crashes too: a dead process changes nothing.
    """

    url = "s3://bucket/prefix"

    def __init__(self, part=600):
        self.objects = {}
        self.uploads = {}
        self.part = part
        self.changes = 0
        self.fault = lambda number, action, key: None
        self.dead = False
        self.tags = itertools.count(1)
        self.lock = RLock()

    def _change(self, action, key):
        with self.lock:
            if self.dead:
                raise Crash
            self.changes += 1
            try:
                self.fault(self.changes, action, key)
            except Crash:
                self.dead = True
                raise

    def revive(self):
        """Let the next process in: the leases of the dead one have lapsed."""
        for key in [key for key in self.objects if key.endswith("lock")]:
            lease = json.loads(self.objects[key].body) | {"until": 0}
            self.objects[key] = Stored(json.dumps(lease).encode(), f"tag-{next(self.tags)}")
        self.dead = False
        self.fault = lambda number, action, key: None

    def get(self, key):
        with self.lock:
            return self.objects.get(key)

    def size(self, key):
        stored = self.get(key)
        return None if stored is None else len(stored.body)

    def read(self, key, offset, size):
        stored = self.get(key)
        if stored is None:
            raise OutputError(f"{self.url}/{key} is not there")
        return stored.body[offset : offset + size]

    def put(self, key, pieces, expected=None):
        body, upload = b"", None
        try:
            for piece in pieces:
                body += piece
                if len(body) > self.part and upload is None:
                    upload = object()
                    self._change("begin", key)
                    self.uploads[upload] = key
                if upload is not None:
                    self._change("part", key)
            self._change("put", key)
        except Crash:
            raise
        except BaseException:
            self.uploads.pop(upload, None)
            raise
        with self.lock:
            self.uploads.pop(upload, None)
            stored = self.objects.get(key)
            tag = "" if stored is None else stored.tag
            if expected is not None and tag != expected:
                return None
            self.objects[key] = Stored(body, f"tag-{next(self.tags)}")
            return self.objects[key].tag

    def copy(self, source, target):
        self._change("copy", target)
        self.objects[target] = Stored(self.objects[source].body, f"tag-{next(self.tags)}")

    def delete(self, keys):
        for key in keys:
            self._change("delete", key)
            self.objects.pop(key, None)

    def find(self, prefix):
        found = sorted((key, len(each.body)) for key, each in self.objects.items())
        yield from (Object(key, size) for key, size in found if key.startswith(prefix))

    def names(self, folder):
        below = (each.key.removeprefix(folder) for each in self.find(folder))
        return sorted({rest.partition("/")[0] for rest in below})

    def abort_uploads(self, prefix, mine):
        old = [each for each, key in self.uploads.items() if key.startswith(prefix) and mine(key)]
        for each in old:
            self._change("abort", self.uploads[each])
            del self.uploads[each]
        return len(old)
