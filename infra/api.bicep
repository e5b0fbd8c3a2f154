// The orders API, which only services of the same environment reach.
import { connectionsOf, databaseCapacity, databaseName, tokenOf } from 'shared.bicep'

param environmentName string
param location string
param image string
param database databaseCapacity
param minReplicas int
param applicationInsights bool
param alertEmail string

var tags = { 'azd-env-name': environmentName }
var token = tokenOf(subscription().id, environmentName, location)

resource environment 'Microsoft.App/managedEnvironments@2026-07-01' existing = { name: 'cae-${token}' }
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = { name: 'api-identity' }
resource server 'Microsoft.DBforPostgreSQL/flexibleServers@2025-08-01' existing = { name: 'psql-${token}' }
resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: 'kv-${token}'

  resource key 'secrets' existing = { name: 'service-key' }
  resource otherKey 'secrets' existing = { name: 'service-key-other' }
}

module api 'modules/app.bicep' = {
  name: 'api-app'
  params: {
    name: 'api'
    location: location
    tags: tags
    token: token
    image: image
    identityId: identity.id
    external: false
    minReplicas: minReplicas
    maxReplicas: database.replicas
    concurrentRequests: 50
    allowedHosts: 'api.internal.${environment.properties.defaultDomain}'
    withInsights: applicationInsights
    withOperators: !empty(alertEmail)
    env: [
      { name: 'AZURE_CLIENT_ID', value: identity.properties.clientId }
      {
        name: 'ConnectionStrings__${databaseName}'
        value: 'Host=${server.properties.fullyQualifiedDomainName};Database=${databaseName};Username=${identity.name};SSL Mode=VerifyFull'
      }
      { name: 'Database__Connections', value: string(connectionsOf(database)) }
      { name: 'Database__MigrateAtStart', value: 'false' } // the job database-migrations does
    ]
    secrets: [
      {
        name: 'service-key'
        keyVaultUrl: vault::key.properties.secretUriWithVersion
        setting: 'Authentication__ServiceKey'
      }
      {
        name: 'service-key-other'
        keyVaultUrl: vault::otherKey.properties.secretUriWithVersion
        setting: 'Authentication__AcceptedServiceKeys__0'
      }
    ]
  }
}
