// Everything except the two services, which `azd deploy` adds (api.bicep, mcp.bicep) once their images exist.
targetScope = 'subscription'

import { databaseCapacity, tokenOf } from 'shared.bicep'

@minLength(1)
@maxLength(40)
@description('The name of the azd environment.')
param environmentName string

@description('The region of everything.')
param location string

@description('The object id of whoever deploys; azd sets it. It may create the secrets of the services.')
param deployer string

@description('The image of the API, which the jobs run. Before the first deployment there is none, and no job is started.')
param apiImage string

@description('The database server, which decides how many connections there are (shared.bicep).')
param databaseSku databaseCapacity.sku

@minValue(32)
@maxValue(32767)
param databaseStorageGB int

@description('A second server in another zone, and replicas in several zones. Burstable servers cannot do this.')
param zoneRedundant bool

@minValue(7)
@maxValue(35)
param backupRetentionDays int

@description('Whether backups are also kept in the paired region. This can be chosen only when the server is created.')
param geoRedundantBackup bool

@description('Whether the database server is protected from deletion.')
param databaseLock bool

@description('Whether traces, logs and metrics also go to Application Insights.')
param applicationInsights bool

@description('Who is told of alerts by e-mail; nobody if it is empty.')
param alertEmail string

var tags = { 'azd-env-name': environmentName }
var token = tokenOf(subscription().id, environmentName, location)

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module network 'modules/network.bicep' = {
  name: 'network'
  scope: group
  params: { location: location, tags: tags, token: token }
}

module identities 'modules/identities.bicep' = {
  name: 'identities'
  scope: group
  params: { location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: { location: location, tags: tags, token: token, withInsights: applicationInsights }
}

module registry 'modules/registry.bicep' = {
  name: 'registry'
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    pullers: [
      identities.outputs.api.principalId
      identities.outputs.mcpPrincipalId
      identities.outputs.administrator.principalId
    ]
  }
}

module vault 'modules/vault.bicep' = {
  name: 'vault'
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    readers: [identities.outputs.api.principalId, identities.outputs.mcpPrincipalId]
    deployer: deployer
  }
}

module database 'modules/database.bicep' = {
  name: 'database'
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    subnetId: network.outputs.databaseSubnetId
    zoneId: network.outputs.databaseZoneId
    administratorName: identities.outputs.administrator.name
    administratorObjectId: identities.outputs.administrator.principalId
    sku: databaseSku
    storageGB: databaseStorageGB
    zoneRedundant: zoneRedundant
    backupRetentionDays: backupRetentionDays
    geoRedundantBackup: geoRedundantBackup
    locked: databaseLock
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    databaseId: database.outputs.id
    databaseSku: databaseSku
    email: alertEmail
  }
}

module environment 'modules/environment.bicep' = {
  name: 'environment'
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    subnetId: network.outputs.appsSubnetId
    workspaceName: monitoring.outputs.workspaceName
    withInsights: applicationInsights
    zoneRedundant: zoneRedundant
  }
}

// Gives the API's identity access to the database. It alone works as an administrator of the server.
module access 'modules/job.bicep' = {
  name: 'database-access'
  scope: group
  params: {
    location: location
    tags: tags
    name: 'database-access'
    command: 'grant-access'
    environmentId: environment.outputs.id
    registryServer: registry.outputs.server
    image: apiImage
    identity: identities.outputs.administrator
    databaseHost: database.outputs.host
    env: [
      { name: 'Access__Role', value: identities.outputs.api.name }
      { name: 'Access__ObjectId', value: identities.outputs.api.principalId }
    ]
  }
}

// Brings the schema up to date as the API's identity, which owns it.
module migrations 'modules/job.bicep' = {
  name: 'database-migrations'
  scope: group
  params: {
    location: location
    tags: tags
    name: 'database-migrations'
    command: 'migrate'
    environmentId: environment.outputs.id
    registryServer: registry.outputs.server
    image: apiImage
    identity: identities.outputs.api
    databaseHost: database.outputs.host
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output AZURE_CONTAINER_REGISTRY_ENDPOINT string = registry.outputs.server
output AZURE_KEY_VAULT_NAME string = vault.outputs.name
output DASHBOARD_URL string = 'https://aspire-dashboard.ext.${environment.outputs.domain}'
output MCP_DEFAULT_HOST_NAME string = 'mcp.${environment.outputs.domain}'
