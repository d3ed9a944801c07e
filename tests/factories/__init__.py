"""People, departments and organisations for tests; everything else is built by walking real actions."""

from tests.factories.people import department, organization, person, subject_organization, subject_person

__all__ = ["department", "organization", "person", "subject_organization", "subject_person"]
