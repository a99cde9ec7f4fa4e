"""An OpenTelemetry collector on loopback: takes OTLP over HTTP and keeps what came."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)


class Collector:
    """What came so far; answers with `status`, or not before `release` while it hangs."""

    def __init__(self, status=200, *, hangs=False):
        self.status = status
        self.requests = []
        self.headers = []
        self.release = threading.Event()
        if not hangs:
            self.release.set()
        self.url = ""

    @property
    def last(self):
        """The metrics of the last request: name → metric."""
        (resource,) = self.requests[-1].resource_metrics
        (scope,) = resource.scope_metrics
        return {metric.name: metric for metric in scope.metrics}

    def points(self, name):
        """Read the points of a metric in the last request: attributes → value."""
        metric = self.last[name]
        points = getattr(metric, metric.WhichOneof("data")).data_points
        return {
            frozenset(attributes(point).items()): getattr(point, point.WhichOneof("value"))
            for point in points
        }

    def value(self, name):
        (value,) = self.points(name).values()
        return value

    @property
    def resource(self):
        return attributes(self.requests[-1].resource_metrics[0].resource)


def attributes(of):
    return {each.key: each.value.string_value for each in of.attributes}


@contextmanager
def collecting(status=200, *, hangs=False):
    """Run a collector."""
    collector = Collector(status, hangs=hangs)

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.requests.append(ExportMetricsServiceRequest.FromString(body))
            collector.headers.append({**self.headers, "path": self.path})
            collector.release.wait()
            self.send_response(collector.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    collector.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield collector
    finally:
        collector.release.set()
        server.shutdown()
        thread.join()
        server.server_close()
