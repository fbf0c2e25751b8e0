"""The steps of `connector.services.process`, each run as a Prefect task."""

from connector.services.process import Steps
from tasks.create import create
from tasks.look_up import look_up
from tasks.match import match
from tasks.validate import validate

STEPS = Steps(look_up=look_up, validate=validate, match=match, create=create)
