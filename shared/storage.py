"""Objects by key: in a bucket of S3, or in a folder of one machine."""

from datetime import timedelta

from shared import clock
from shared.aws import client
from shared.local_storage import Folder
from shared.settings import settings

PASSING = "answers/"  # what is below is of use for a day: in AWS a rule of the bucket drops it
DAY = timedelta(days=1)


def put(key: str, body: bytes, content_type: str) -> None:
    if bucket := settings().bucket:
        client("s3").put_object(Bucket=bucket, Key=key, Body=body, ContentType=content_type)
        return
    folder = _folder()
    folder.put(key, body, content_type)
    if key.startswith(PASSING):
        folder.drop_before(PASSING, clock.now() - DAY)


def get(key: str) -> bytes:
    """A KeyError where there is none."""
    if not (bucket := settings().bucket):
        return b"".join(_folder().opened(key))
    s3 = client("s3")
    try:
        return bytes(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    except s3.exceptions.NoSuchKey:
        raise KeyError(key) from None


def url(key: str, life: timedelta) -> str:
    """Whoever has it may read the object, and nothing else, until it ends."""
    if bucket := settings().bucket:
        named = {"Bucket": bucket, "Key": key}
        seconds = int(life.total_seconds())
        return str(client("s3").generate_presigned_url("get_object", Params=named, ExpiresIn=seconds))
    return settings().public_url + _folder().link(key, life)


def _folder() -> Folder:
    root = settings().storage_dir
    if root is None:
        raise RuntimeError("There is nowhere to store objects: set BUCKET or STORAGE_DIR.")
    return Folder(root)
