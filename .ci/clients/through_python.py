"""Calls every family of a running service through the client that openapi-python-client made of its document."""

import sys

from client import AuthenticatedClient, Client
from client.api.api import (
    get_api_organizations_organization_id,
    patch_api_organizations_organization_id,
    post_api_organizations_organization_id_roles,
)
from client.api.api_v1 import get_api_v1_organization_organization, post_api_v1_group
from client.api.directory import get_directory_orgs_organization_id, post_directory_orgs
from client.api.oauth2 import get_oauth2_jwks_json
from client.api.operations import get_readyz
from client.api.v1 import get_v1_organizations_organization, post_v1_organizations_projects
from client.models import (
    ApiOrganization,
    ApiOrganizationChange,
    Failure,
    Group,
    GroupBody,
    Org,
    OrgBody,
    OrganizationRole,
    OrganizationRoleBody,
    ProjectBody,
)


def of(kind, answer):
    """The answer, which must be of the documented kind."""
    assert isinstance(answer.parsed, kind), f"{answer.status_code}: {answer.content!r} is no {kind}"
    return answer.parsed


def main(url, token):
    nobody = Client(base_url=url, raise_on_unexpected_status=True)
    ada = AuthenticatedClient(base_url=url, token=token, raise_on_unexpected_status=True)

    assert get_readyz.sync_detailed(client=nobody).status_code == 200
    assert get_oauth2_jwks_json.sync_detailed(client=nobody).status_code == 200

    made = of(Org, post_directory_orgs.sync_detailed(client=ada, body=OrgBody(id="python", name="Zoë & Co")))
    assert of(Org, get_directory_orgs_organization_id.sync_detailed("python", client=ada)) == made
    unknown = get_directory_orgs_organization_id.sync_detailed("nobody", client=ada)
    assert unknown.status_code == 404 and isinstance(unknown.parsed, Failure)
    too_long = post_directory_orgs.sync_detailed(client=ada, body=OrgBody(name="x" * 201))
    assert too_long.status_code == 400 and isinstance(too_long.parsed, Failure)

    shown = get_api_v1_organization_organization.sync_detailed("python", client=ada).parsed
    assert shown.name == "Zoë & Co", shown
    team = post_api_v1_group.sync_detailed(client=ada, body=GroupBody(name="Crew", type_="TEAM"))
    assert of(Group, team).name == "Crew"

    shown = get_v1_organizations_organization.sync_detailed("python", client=ada).parsed
    assert shown.organization.metadata.display_name == "Zoë & Co", shown
    opened = post_v1_organizations_projects.sync_detailed(client=ada, body=ProjectBody(name="First"))
    assert opened.status_code == 201 and opened.parsed is not None, opened

    renamed = patch_api_organizations_organization_id.sync_detailed(
        "python", client=ada, body=ApiOrganizationChange(name="Zoë Limited")
    )
    assert of(ApiOrganization, renamed).name == "Zoë Limited"
    assert of(ApiOrganization, get_api_organizations_organization_id.sync_detailed("python", client=ada)).slug == made.subdomain
    role = post_api_organizations_organization_id_roles.sync_detailed(
        "python", client=ada, body=OrganizationRoleBody(name="Crew")
    )
    assert of(OrganizationRole, role).name == "Crew"
    print("python: every family answers as documented")


main(*sys.argv[1:])
