import { databaseName } from '../shared.bicep'

param location string
param tags object

@description('The name of the job.')
param name string

@description('The command of the API that it runs.')
param command string

param environmentId string
param registryServer string
param image string
param identity { id: string, name: string, clientId: string, principalId: string }
param databaseHost string
param env { name: string, value: string }[] = []

resource job 'Microsoft.App/jobs@2026-07-01' = {
  name: name
  location: location
  tags: tags
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    environmentId: environmentId
    workloadProfileName: 'Consumption'
    configuration: {
      triggerType: 'Manual' // hooks/prepare-database.sh starts it and waits for its end
      replicaTimeout: 1800
      replicaRetryLimit: 2 // both commands can be repeated
      manualTriggerConfig: { parallelism: 1, replicaCompletionCount: 1 }
      registries: [{ server: registryServer, identity: identity.id }]
    }
    template: {
      containers: [
        {
          name: name
          image: image
          args: [command]
          resources: { cpu: json('0.25'), memory: '0.5Gi' }
          env: concat(
            [
              { name: 'AZURE_CLIENT_ID', value: identity.clientId }
              {
                name: 'ConnectionStrings__${databaseName}'
                value: 'Host=${databaseHost};Database=${databaseName};Username=${identity.name};SSL Mode=VerifyFull'
              }
            ],
            env
          )
        }
      ]
    }
  }
}
