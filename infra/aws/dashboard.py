"""One page for a look at the whole: from what people feel down to what the database has left."""

import json
from collections.abc import Sequence
from typing import Any

import pulumi_aws as aws

from infra.aws.config import Config
from infra.aws.database import Database

WIDTH, HEIGHT = 8, 6  # of a graph, on a page of 24 columns
Line = list[Any]  # namespace, metric, dimensions in pairs, and how it is drawn


def dashboard(
    config: Config,
    *,
    api: tuple[str, str],  # its name and stage
    functions: Sequence[str],
    loops: Sequence[str],  # of the functions: the relay and its like
    queues: Sequence[str],
    dead_letters: Sequence[str],
    database: Database,
) -> None:
    graphs = [
        *_api(*api),
        _graph("Errors by function", _each("AWS/Lambda", "Errors", "FunctionName", functions), "Sum"),
        _graph("Calls at a time", _each("AWS/Lambda", "ConcurrentExecutions", "FunctionName", functions)),
        _graph("Loops: calls a minute", _each("AWS/Lambda", "Invocations", "FunctionName", loops), "Sum"),
        _graph("Oldest message, s", _each("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", queues)),
        _graph(
            "Dead letters", _each("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", dead_letters)
        ),
        *_database(database),
    ]
    region = aws.get_region().region
    body = {"widgets": [_placed(graph, number, region) for number, graph in enumerate(graphs)]}
    aws.cloudwatch.Dashboard(
        config.prefix, dashboard_name=config.prefix, dashboard_body=json.dumps(body, sort_keys=True)
    )


def _api(name: str, stage: str) -> list[dict[str, Any]]:
    def line(metric: str, **drawn: str) -> Line:
        return ["AWS/ApiGateway", metric, "ApiName", name, "Stage", stage, drawn]

    latency = [line("Latency", stat=part, label=part) for part in ("p50", "p99")]
    return [
        _graph("Requests", [line("Count")], "Sum"),
        _graph("Refused and failed", [line("4XXError"), line("5XXError")], "Sum"),
        _graph("Latency, ms", latency),
    ]


def _database(database: Database) -> list[dict[str, Any]]:
    def line(metric: str) -> Line:
        return ["AWS/RDS", metric, "DBClusterIdentifier", database.cluster]

    limit = {"label": "most there may be", "value": database.max_connections}
    connections = _graph("Connections", [line("DatabaseConnections")])
    return [
        _graph("Database: units", [line("ServerlessDatabaseCapacity")]),
        _graph("Database: percent used", [line("ACUUtilization"), line("CPUUtilization")]),
        connections | {"annotations": {"horizontal": [limit]}},
    ]


def _each(namespace: str, metric: str, dimension: str, names: Sequence[str]) -> list[Line]:
    return [[namespace, metric, dimension, name, {"label": name}] for name in sorted(names)]


def _graph(title: str, lines: Sequence[Line], statistic: str = "Maximum") -> dict[str, Any]:
    return {"title": title, "metrics": list(lines), "stat": statistic, "period": 60, "view": "timeSeries"}


def _placed(graph: dict[str, Any], number: int, region: str) -> dict[str, Any]:
    row, column = divmod(number, 24 // WIDTH)
    place = {"x": column * WIDTH, "y": row * HEIGHT, "width": WIDTH, "height": HEIGHT}
    return {"type": "metric", **place, "properties": graph | {"region": region}}
