"""Who watches over a stack: an alarm for whatever may fail by itself, and one page to look at."""

from collections.abc import Iterable, Sequence

from infra.aws import alarms
from infra.aws.config import Config
from infra.aws.dashboard import dashboard
from infra.aws.database import Database
from infra.aws.functions import Deployed
from infra.aws.gateway import STAGE
from infra.aws.queues import Line
from infra.aws.schedules import EACH_MINUTE


def watch(config: Config, functions: Sequence[Deployed], lines: Iterable[Line], database: Database) -> None:
    topic = alarms.topic(config)
    for function in functions:
        alarms.function_alarms(config, topic, function.name, function.log_group, function.trigger)
        if function.trigger.kind in ("cron", "loop"):
            alarms.schedule_alarm(topic, function.name, function.trigger.schedule or EACH_MINUTE)
    queues = [f"{config.prefix}-{line.consumer}" for line in lines]
    for queue in queues:
        alarms.queue_alarms(topic, queue, f"{queue}-dlq")
    alarms.database_alarms(topic, database)
    alarms.api_alarms(config, topic, config.prefix, STAGE)
    alarms.mail_alarm(config, topic)
    dashboard(
        config,
        api=(config.prefix, STAGE),
        functions=[function.name for function in functions],
        loops=[function.name for function in functions if function.trigger.kind == "loop"],
        queues=queues,
        dead_letters=[f"{queue}-dlq" for queue in queues],
        database=database,
    )
