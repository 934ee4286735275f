"""The database: Aurora PostgreSQL that grows and shrinks with the load, reached by the functions alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import Output, ResourceOptions

from infra.aws.config import Config
from infra.aws.keys import Keys
from infra.aws.network import Network

NAME = "astrolabe"
ENGINE, FAMILY = aws.rds.EngineType.AURORA_POSTGRESQL, "aurora-postgresql17"
VERSION = "17.7"  # at first: later minor ones are installed by AWS, in the window below
ADMIN = "astrolabe_admin"  # makes the roles and logs in for nothing else
LOG_KEPT = 30  # days
BACKUPS = {True: 30, False: 7}  # days, where durable and where not
INSIGHTS_FROM = 2.0  # units


@dataclass(frozen=True)
class Database:
    host: Output[str]
    port: Output[int]
    name: str
    admin_secret: Output[str]  # arn of what RDS makes and rotates: {"username": …, "password": …}
    cluster: str  # its identifier
    instances: Sequence[pulumi.Resource]  # without one of them nobody answers at `host`
    max_connections: int


def database(config: Config, network: Network, keys: Keys) -> Database:
    """No RDS Proxy in front: every transaction sets who it works for, which pins a session to its client."""
    name = f"{config.prefix}-database"
    log = aws.cloudwatch.LogGroup(
        name, name=f"/aws/rds/cluster/{name}/postgresql", retention_in_days=LOG_KEPT
    )
    cluster = _cluster(name, config, network, keys, log)
    numbers = (1, 2) if config.durable else (1,)
    instances = [_instance(f"{name}-{number}", config, cluster, keys) for number in numbers]
    return Database(
        host=cluster.endpoint,
        port=cluster.port,
        name=NAME,
        admin_secret=cluster.master_user_secrets[0].secret_arn.apply(str),
        cluster=name,
        instances=instances,
        max_connections=config.max_connections,
    )


def _cluster(
    name: str, config: Config, network: Network, keys: Keys, log: aws.cloudwatch.LogGroup
) -> aws.rds.Cluster:
    return aws.rds.Cluster(
        name,
        cluster_identifier=name,
        engine=ENGINE,
        engine_mode="provisioned",  # as Serverless v2 calls itself
        engine_version=VERSION,
        serverlessv2_scaling_configuration={
            "min_capacity": config.min_capacity,
            "max_capacity": config.max_capacity,
        },
        database_name=NAME,
        master_username=ADMIN,
        manage_master_user_password=True,
        master_user_secret_kms_key_id=keys.data,
        storage_encrypted=True,
        kms_key_id=keys.data,
        db_subnet_group_name=aws.rds.SubnetGroup(name, name=name, subnet_ids=network.private).name,
        vpc_security_group_ids=[network.database],
        db_cluster_parameter_group_name=_parameters(name, config).name,
        backup_retention_period=BACKUPS[config.durable],
        preferred_backup_window="01:00-02:00",
        preferred_maintenance_window="sun:03:00-sun:04:00",
        copy_tags_to_snapshot=True,
        deletion_protection=config.durable,
        skip_final_snapshot=not config.durable,
        final_snapshot_identifier=f"{name}-final" if config.durable else None,
        enabled_cloudwatch_logs_exports=["postgresql"],
        # The version here would put an upgraded cluster back, which AWS refuses.
        opts=ResourceOptions(protect=config.durable, ignore_changes=["engineVersion"], depends_on=[log]),
    )


def _parameters(name: str, config: Config) -> aws.rds.ClusterParameterGroup:
    return aws.rds.ClusterParameterGroup(
        name,
        name=name,
        family=FAMILY,
        parameters=[
            # Not by capacity, as by default: the functions' concurrency is checked against this number.
            {
                "name": "max_connections",
                "value": str(config.max_connections),
                "apply_method": "pending-reboot",
            },
            {"name": "rds.force_ssl", "value": "1"},
            {"name": "log_min_duration_statement", "value": "1000"},  # ms: no hot query takes as long
        ],
    )


def _instance(name: str, config: Config, cluster: aws.rds.Cluster, keys: Keys) -> aws.rds.ClusterInstance:
    # AWS asks for two units where Performance Insights is on: below, it takes the memory that queries need.
    insights = config.min_capacity >= INSIGHTS_FROM
    return aws.rds.ClusterInstance(
        name,
        identifier=name,
        cluster_identifier=cluster.id,
        engine=ENGINE,
        instance_class="db.serverless",
        ca_cert_identifier="rds-ca-rsa2048-g1",
        publicly_accessible=False,
        auto_minor_version_upgrade=True,
        promotion_tier=1,  # 0 and 1 grow along with the writer, and can take over under its load
        performance_insights_enabled=insights,
        performance_insights_kms_key_id=keys.data if insights else None,
        opts=ResourceOptions(protect=config.durable),
    )
