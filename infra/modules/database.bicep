import { databaseName } from '../shared.bicep'

param location string
param tags object
param token string
param subnetId string
param zoneId string
param administratorName string
param administratorObjectId string
param sku string
param storageGB int
param zoneRedundant bool
param backupRetentionDays int
param geoRedundantBackup bool
param locked bool

resource server 'Microsoft.DBforPostgreSQL/flexibleServers@2025-08-01' = {
  name: 'psql-${token}'
  location: location
  tags: tags
  sku: { name: sku, tier: startsWith(sku, 'Standard_B') ? 'Burstable' : 'GeneralPurpose' }
  properties: {
    version: '18'
    authConfig: { activeDirectoryAuth: 'Enabled', passwordAuth: 'Disabled', tenantId: tenant().tenantId }
    storage: { storageSizeGB: storageGB, autoGrow: 'Enabled' }
    backup: {
      backupRetentionDays: backupRetentionDays
      geoRedundantBackup: geoRedundantBackup ? 'Enabled' : 'Disabled'
    }
    highAvailability: { mode: zoneRedundant ? 'ZoneRedundant' : 'Disabled' }
    network: {
      delegatedSubnetResourceId: subnetId
      privateDnsZoneArmResourceId: zoneId
      publicNetworkAccess: 'Disabled'
    }
    maintenanceWindow: { customWindow: 'Enabled', dayOfWeek: 0, startHour: 3, startMinute: 0 }
  }

  resource database 'databases' = {
    name: databaseName
    properties: { charset: 'UTF8', collation: 'en_US.utf8' }
  }

  resource administrator 'administrators' = {
    name: administratorObjectId
    properties: { principalName: administratorName, principalType: 'ServicePrincipal', tenantId: tenant().tenantId }
    dependsOn: [database] // the server takes one change at a time
  }
}

// The server and its backups are deleted together. `azd down` fails until the lock is removed, which is its purpose.
resource keep 'Microsoft.Authorization/locks@2020-05-01' = if (locked) {
  name: 'orders-data'
  scope: server
  properties: { level: 'CanNotDelete', notes: 'Holds the orders. Deleting the server deletes its backups.' }
}

output id string = server.id
output host string = server.properties.fullyQualifiedDomainName
