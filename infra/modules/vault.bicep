param location string
param tags object
param token string

@description('The object ids of the identities that read secrets.')
param readers string[]

@description('The object id of whoever deploys, who creates the secrets and rotates them.')
param deployer string

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/security
var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'
var secretsOfficer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'

// The secrets are not created here: a template would have to know their values. hooks/secrets.sh creates those that are missing.
resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: 'kv-${token}'
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: true
  }
}

resource read 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (reader, i) in readers: {
    name: guid(vault.id, secretsUser, string(i))
    scope: vault
    properties: {
      principalId: reader
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
    }
  }
]

resource write 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(deployer)) {
  name: guid(vault.id, secretsOfficer, deployer)
  scope: vault
  properties: {
    principalId: deployer
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsOfficer)
  }
}

output name string = vault.name
