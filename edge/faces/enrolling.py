"""From pictures of a person, and the consent, to an enrolment."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from edge.faces.consent import Consent
from edge.faces.desk import FaceDesk
from edge.faces.matching import likeness
from edge.faces.store import Enrolment
from edge.faces.types import Template
from yuhang.errors import ConfigError


def enrol(desk: FaceDesk, consent: Consent, notice_version: str, photos: Sequence[Path], threshold: float) -> Enrolment:
    """Enrol one person; `ConfigError` where the consent is to another notice, or a photo cannot be judged or shows another."""
    if consent.notice_version != notice_version:
        raise ConfigError(
            f"the consent is to notice {consent.notice_version}, the gate's is {notice_version}: that one must be signed"
        )
    templates = [_template(desk, photo) for photo in photos]
    for photo, template in zip(photos[1:], templates[1:], strict=True):
        if likeness(template, np.stack(templates[:1])) < threshold:
            raise ConfigError(f"{photo} does not look like the person of {photos[0]}; take both again")
    return desk.store.enrol(consent, templates)


def _template(desk: FaceDesk, photo: Path) -> Template:
    image = cv2.imread(str(photo))
    if image is None:
        raise ConfigError(f"{photo} is no picture")
    look = desk.eyes.look(np.asarray(image, np.uint8))
    if look.template is None:
        found = look.problem.value if look.problem is not None else "no face"
        raise ConfigError(f"{photo} cannot be used: {found}; face the camera, close and in good light")
    return look.template
