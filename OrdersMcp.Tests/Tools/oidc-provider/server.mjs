// An authorization server with one person, who agrees to everything. Arguments: the folder of the package, the address of
// the resource that it gives tokens for. It prints its own address when it is ready, then what clients did, a line each,
// and ends with its input. Clients may be known beforehand, register (RFC 7591), or be what their metadata document says.
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [packages, resource] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(join(packages, 'oidc-provider', 'lib', 'index.js')));

const server = createServer();
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

// What the web has under the address that a client calls itself by: there is no https in the tests.
const document = 'https://client.example/inspector.json';
const metadata = {
  client_id: document,
  client_name: 'A client with a metadata document',
  token_endpoint_auth_method: 'none',
  application_type: 'native',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  redirect_uris: ['http://127.0.0.1/oauth/callback'],
};

const provider = new Provider(issuer, {
  fetch: async (url, options) => `${url}` === document
    ? new Response(JSON.stringify(metadata), { headers: { 'content-type': 'application/json' } })
    : fetch(url, options),
  clients: [{
    client_id: 'agent',
    token_endpoint_auth_method: 'none',
    application_type: 'native',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: ['http://127.0.0.1:1179/callback', 'http://localhost:6274/oauth/callback'],
  }],
  clientAuthMethods: ['none'],
  scopes: ['openid', 'offline_access', 'orders.read', 'orders.write'],
  pkce: { required: () => true },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  features: {
    devInteractions: { enabled: false },
    registration: { enabled: true },
    clientIdMetadataDocument: { enabled: true, ack: 'draft-02' },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: (_, asked) => ({
        scope: 'orders.read orders.write',
        audience: asked,
        accessTokenTTL: 600,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  cookies: { keys: ['only for tests'] },
});

provider.on('registration_create.success', (_, client) => console.log(`registered ${client.clientId}`));
provider.on('grant.success', ({ oidc }) => {
  const { client_id: client, code_verifier: verifier, resource: asked } = oidc.params;
  console.log(`token ${client ?? oidc.client.clientId} ${verifier ? 'pkce' : 'plain'} ${asked}`);
});

const answer = provider.callback();
server.on('request', async (request, response) => {
  if (!request.url.startsWith('/interaction/')) {
    answer(request, response);
    return;
  }
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') {
    await provider.interactionFinished(request, response, { login: { accountId: 'alice' } });
    return;
  }
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope ?? '');
  grant.addResourceScope(params.resource ?? resource, params.scope ?? '');
  await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
});

process.stdin.on('end', () => process.exit(0)).resume();
console.log(`listening ${issuer}`);
