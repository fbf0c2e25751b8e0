"""The steps of a store's story, each run as a Prefect task."""

from connector.services.process import Steps
from connector.services.story import Story
from tasks.create import create
from tasks.fetch import fetch
from tasks.look_up import look_up
from tasks.match import match
from tasks.refresh import refresh
from tasks.validate import validate

STORY = Story(
    fetch=fetch,
    steps=Steps(look_up=look_up, validate=validate, match=match, create=create),
    refresh=refresh,
)
