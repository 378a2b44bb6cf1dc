// Calls every family of a running service through the types that openapi-typescript made of its document.
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

declare const process: { argv: string[] };

const [, , baseUrl, token] = process.argv;
const nobody = createClient<paths>({ baseUrl });
const ada = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });

/** The body, which must be that of a success. */
function of<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data === undefined) {
    throw new Error(`${answer.response.url}: ${answer.response.status} ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
}

function equal<T>(seen: T, expected: T): void {
  if (seen !== expected) throw new Error(`${JSON.stringify(seen)} is not ${JSON.stringify(expected)}`);
}

equal((await nobody.GET("/readyz", { parseAs: "text" })).response.status, 200);
equal((await nobody.GET("/oauth2/jwks.json")).response.status, 200);

const made = of(await ada.POST("/directory/orgs", { body: { id: "typescript", name: "Søren & Co" } }));
const params = { path: { organizationId: "typescript" } };
equal(of(await ada.GET("/directory/orgs/{organizationId}", { params })).subdomain, made.subdomain);

const inApiV1 = { path: { organization: "typescript" } };
equal(of(await ada.GET("/api/v1/organization/{organization}", { params: inApiV1 })).name, "Søren & Co");
const header = { "X-Organization": "typescript" };
equal(of(await ada.POST("/api/v1/group", { body: { name: "Crew", type: "TEAM" }, headers: header })).name, "Crew");

const inV1 = { path: { organization: "typescript" } };
equal(of(await ada.GET("/v1/organizations/{organization}", { params: inV1 })).organization.metadata.displayName, "Søren & Co");
const opened = await ada.POST("/v1/organizations/projects", { body: { name: "First" }, headers: header });
equal(opened.response.status, 201);

const inApi = { path: { organization_id: "typescript" } };
equal(of(await ada.GET("/api/organizations/{organization_id}", { params: inApi })).slug, made.subdomain);
const role = await ada.POST("/api/organizations/{organization_id}/roles", { params: inApi, body: { name: "Crew" } });
equal(of(role).name, "Crew");

console.log("typescript: every family answers as documented");
