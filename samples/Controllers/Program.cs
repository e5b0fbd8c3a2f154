using Microsoft.AspNetCore.Authentication.Cookies;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
builder.Services.AddOpenApi();
builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme)
    .AddCookie(options => options.Events.OnRedirectToLogin = context =>
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized; // an API has no login page
        return Task.CompletedTask;
    });
builder.Services.AddAuthorizationBuilder()
    .AddPolicy("librarian", policy => policy.RequireRole("librarian"));
builder.Services.AddOpenApiTools(options => options.Server.Title = "Library");

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapControllers();
app.MapOpenApi();
app.MapOpenApiTools("/mcp");
app.Run();
