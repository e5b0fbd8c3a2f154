// The MCP server, the only service that the internet reaches.
import { tokenOf } from 'shared.bicep'

param environmentName string
param location string
param image string
param minReplicas int
param maxReplicas int
param applicationInsights bool
param alertEmail string

@description('The issuer of access tokens; none if it is empty.')
param oauthIssuer string

@description('What tokens have to name as their audience. The default is the address of the server.')
param oauthAudience string

@description('The hash of a key for agents without OAuth (command create-api-key); none if it is empty.')
param apiKeyHash string

@description('What the holder of the key may do, separated by spaces.')
param apiKeyScopes string

@description('Whether replicas share their limits in the Redis of the secret limits-connection.')
param sharedLimits bool

@description('The name of the server, such as mcp.example.com. The default is a name of the environment.')
param hostName string

@description('The id of the certificate for that name. Until there is one, the name is bound without TLS, which Azure asks for to issue one.')
param certificateId string

var tags = { 'azd-env-name': environmentName }
var token = tokenOf(subscription().id, environmentName, location)
var defaultHostName = 'mcp.${environment.properties.defaultDomain}'
var address = 'https://${empty(hostName) ? defaultHostName : hostName}/mcp'

var issuerSettings = empty(oauthIssuer)
  ? []
  : [
      { name: 'Authentication__Schemes__Bearer__Authority', value: oauthIssuer }
      { name: 'Authentication__Schemes__Bearer__ValidAudiences__0', value: empty(oauthAudience) ? address : oauthAudience }
    ]

// The hash of a random key of 192 bits reveals nothing, so it is no secret of the vault.
var keySettings = empty(apiKeyHash)
  ? []
  : concat(
      [
        { name: 'Authentication__ApiKeys__0__Name', value: 'agent' }
        { name: 'Authentication__ApiKeys__0__Hash', value: apiKeyHash }
      ],
      map(split(apiKeyScopes, ' '), (scope, i) => { name: 'Authentication__ApiKeys__0__Scopes__${i}', value: scope })
    )

var callers = empty(oauthIssuer) && empty(apiKeyHash)
  ? fail('Nobody could call the MCP server. Set OAUTH_ISSUER or API_KEY_HASH with azd env set.')
  : concat(issuerSettings, keySettings)

resource environment 'Microsoft.App/managedEnvironments@2026-07-01' existing = { name: 'cae-${token}' }
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = { name: 'mcp-identity' }
resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: 'kv-${token}'

  resource serviceKey 'secrets' existing = { name: 'service-key' }
  resource signingKey 'secrets' existing = { name: 'mcp-signing-key' }
  resource otherSigningKey 'secrets' existing = { name: 'mcp-signing-key-other' }
  resource limits 'secrets' existing = { name: 'limits-connection' }
}

module mcp 'modules/app.bicep' = {
  name: 'mcp-app'
  params: {
    name: 'mcp'
    location: location
    tags: tags
    token: token
    image: image
    identityId: identity.id
    external: true
    minReplicas: minReplicas
    maxReplicas: maxReplicas
    concurrentRequests: 40
    allowedHosts: empty(hostName) ? defaultHostName : '${hostName};${defaultHostName}'
    customDomain: empty(hostName) ? null : { name: hostName, certificateId: certificateId }
    withInsights: applicationInsights
    withOperators: !empty(alertEmail)
    // Records of tool calls wait here for the API. The volume lives as long as the replica, and so longer than its process.
    volumes: [{ name: 'journal', path: '/journal' }]
    env: concat(
      [
        { name: 'services__api__https__0', value: 'https://api.internal.${environment.properties.defaultDomain}' }
        { name: 'Authentication__Resource', value: address }
        { name: 'Audit__Directory', value: '/journal/audit' }
        { name: 'Mcp__Sessions__Max', value: '0' } // a session lives in one replica, and the ingress knows none
      ],
      callers
    )
    secrets: concat([
      {
        name: 'service-key'
        keyVaultUrl: vault::serviceKey.properties.secretUriWithVersion
        setting: 'Mcp__Apis__0__ApiKey'
      }
      {
        name: 'mcp-signing-key'
        keyVaultUrl: vault::signingKey.properties.secretUriWithVersion
        setting: 'Mcp__SigningKey'
      }
      {
        name: 'mcp-signing-key-other'
        keyVaultUrl: vault::otherSigningKey.properties.secretUriWithVersion
        setting: 'Mcp__AcceptedSigningKeys__0'
      }
    ], sharedLimits ? [
      {
        name: 'limits-connection'
        keyVaultUrl: vault::limits.properties.secretUriWithVersion
        setting: 'ConnectionStrings__limits'
      }
    ] : [])
  }
}

output MCP_ENDPOINT string = address
