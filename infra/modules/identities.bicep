param location string
param tags object

// The services log in to nothing with a password. The database administrator is used by the job database-access alone.
resource api 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'api-identity'
  location: location
  tags: tags
}

resource mcp 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'mcp-identity'
  location: location
  tags: tags
}

resource administrator 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'database-administrator'
  location: location
  tags: tags
}

type identity = { id: string, name: string, clientId: string, principalId: string }

output api identity = {
  id: api.id
  name: api.name
  clientId: api.properties.clientId
  principalId: api.properties.principalId
}

output mcpPrincipalId string = mcp.properties.principalId

output administrator identity = {
  id: administrator.id
  name: administrator.name
  clientId: administrator.properties.clientId
  principalId: administrator.properties.principalId
}
