// A server of its own in front of another API, which does not know of it.
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddOpenApiTools().AddApi("petstore", api =>
{
    api.Document = builder.Configuration["Petstore:Document"] ?? "https://petstore3.swagger.io/api/v3/openapi.json";
    api.ApiKey = builder.Configuration["Petstore:ApiKey"];
    api.ExcludeTags = ["user"];
});
builder.Services.AddHealthChecks().AddOpenApiTools();

var app = builder.Build();
app.MapHealthChecks("/health");

// Open, because the pet store is public too. Whoever reaches the endpoint calls the API with the key above: in front of an
// API that is not public, add authentication, and RequireAuthorization() here.
app.MapOpenApiTools();
app.Run();
