// What main.bicep and the templates of the services have to agree on.

@export()
@description('Part of the names of resources that must be unique in Azure.')
func tokenOf(subscriptionId string, environmentName string, location string) string =>
  toLower(uniqueString(subscriptionId, environmentName, location))

@export()
@description('The port that both services listen on. It is the default of the .NET images.')
var port = 8080

@export()
@description('The name of the database, and of its connection string.')
var databaseName = 'ordersdb'

@export()
@description('The PostgreSQL server and the most replicas of the API. They decide together how many connections a replica gets.')
type databaseCapacity = {
  sku: 'Standard_B1ms' | 'Standard_B2s' | 'Standard_B2ms' | 'Standard_D2ds_v5' | 'Standard_D4ds_v5' | 'Standard_D8ds_v5'
  @minValue(1)
  @maxValue(30)
  replicas: int
}

// Connections that Azure leaves to users: max_connections less the 15 that it reserves.
// https://learn.microsoft.com/azure/postgresql/configure-maintain/concepts-limits
@export()
var userConnections = {
  Standard_B1ms: 35
  Standard_B2s: 414
  Standard_B2ms: 844
  Standard_D2ds_v5: 844
  Standard_D4ds_v5: 1703
  Standard_D8ds_v5: 3422
}

// For the jobs, for a person with psql, and for the owner's connections of the API, which are not pooled.
var spareConnections = 8

// The API needs one to listen for changes, one for background work and a few for requests.
var fewestConnections = 6

// What a replica can use: beyond it, requests queue for the processor and no longer for a connection.
var mostConnections = 54

@export()
@description('How many connections one replica of the API may open. While a revision replaces another, both are connected.')
func connectionsOf(capacity databaseCapacity) int =>
  (userConnections[capacity.sku] - spareConnections) / (2 * capacity.replicas) < fewestConnections
    ? fail('The database ${capacity.sku} has too few connections for ${capacity.replicas} replicas of the API. Choose a larger one (DATABASE_SKU), or fewer replicas (API_MAX_REPLICAS).')
    : min(mostConnections, (userConnections[capacity.sku] - spareConnections) / (2 * capacity.replicas))
