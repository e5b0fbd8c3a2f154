using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.InProcess;

/// <summary>A caller who is refused over HTTP is refused over MCP, and does not see the tool.</summary>
[Trait("Category", "Unit")]
public sealed class AuthorizationTests
{
    /// <summary>Each way to protect an endpoint, a caller that it refuses, and one that it accepts.</summary>
    public static TheoryData<string, string?, string> Protections => new()
    {
        { "authorize", null, "ann" },
        { "role", "ann", "ann editor" },
        { "policy", "bob", "ann" },
        { "requirement", "bob", "ann" },
        { "scheme", null, "ann" },
        { "fallback", null, "ann" },
        { "group", null, "ann" },
    };

    [Theory]
    [MemberData(nameof(Protections))]
    public async Task Refused_over_http_is_refused_over_mcp(string protection, string? refused, string accepted)
    {
        await using var app = await StartAsync(hasFallback: protection == "fallback");

        using var refusal = await app.SendAsync(HttpMethod.Get, $"/{protection}", refused);
        var error = await app.CallAsync(protection, caller: refused);
        using var answer = await app.SendAsync(HttpMethod.Get, $"/{protection}", accepted);
        var result = await app.CallAsync(protection, caller: accepted);

        Assert.Equal(refused is null ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden, refusal.StatusCode);
        Assert.True((bool)error["isError"]!, error.ToJsonString());
        Assert.Contains(((int)refusal.StatusCode).ToString(CultureInfo.InvariantCulture), (string)error["content"]![0]!["text"]!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal($"hello {accepted.Split(' ')[0]}", (string)result["content"]![0]!["text"]!);
        Assert.DoesNotContain(protection, await app.ListAsync(refused));
        Assert.Contains(protection, await app.ListAsync(accepted));
    }

    [Fact]
    public async Task Endpoint_for_everybody_is_listed_and_called_without_a_caller()
    {
        await using var app = await StartAsync(hasFallback: false);

        Assert.Contains("open", await app.ListAsync());
        Assert.Equal("hello ", (string)(await app.CallAsync("open"))["content"]![0]!["text"]!);
    }

    [Fact]
    public async Task Allowing_anonymous_callers_overrides_the_policy_of_a_group()
    {
        await using var app = await StartAsync(hasFallback: false);

        Assert.Contains("groupOpen", await app.ListAsync());
        Assert.Equal("hello ", (string)(await app.CallAsync("groupOpen"))["content"]![0]!["text"]!);
    }

    [Fact]
    public async Task Form_that_needs_an_antiforgery_token_is_refused_without_one()
    {
        await using var app = await AppUnderTest.StartAsync(
            app => app.MapPost("/form", ([FromForm] string text) => text).WithName("form"),
            (builder, _) => builder.Services.AddAntiforgery(),
            app => app.UseAntiforgery());

        using var form = new FormUrlEncodedContent([new("text", "hello")]);
        using var refusal = await app.SendAsync(HttpMethod.Post, "/form", content: form);
        var error = await app.CallAsync("form", new JsonObject { ["text"] = "hello" });

        Assert.Equal(HttpStatusCode.BadRequest, refusal.StatusCode);
        Assert.True((bool)error["isError"]!, error.ToJsonString());
        Assert.Contains("400", (string)error["content"]![0]!["text"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filter_that_looks_at_the_request_decides_as_over_http()
    {
        await using var app = await AppUnderTest.StartAsync(app => app.MapGet("/notes/{owner}", (string owner) => $"notes of {owner}")
            .WithName("notes")
            .AddEndpointFilter(async (context, next) => context.HttpContext.User.Identity!.Name == context.GetArgument<string>(0)
                ? await next(context)
                : Results.Problem(statusCode: 403, detail: "These are the notes of another.")));

        var own = await app.CallAsync("notes", new JsonObject { ["owner"] = "ann" }, "ann");
        var other = await app.CallAsync("notes", new JsonObject { ["owner"] = "bob" }, "ann");

        Assert.Equal("notes of ann", (string)own["content"]![0]!["text"]!);
        Assert.True((bool)other["isError"]!);
        Assert.Contains("These are the notes of another.", (string)other["content"]![0]!["text"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mcp_endpoint_itself_can_need_a_caller()
    {
        await using var app = await AppUnderTest.StartAsync(
            app => app.MapGet("/open", () => "hello").WithName("open"),
            (builder, _) => builder.Services.AddAuthorizationBuilder()
                .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()));

        using var refusal = await app.SendAsync(HttpMethod.Post, "/mcp");

        Assert.Equal(HttpStatusCode.Unauthorized, refusal.StatusCode);
        Assert.Equal(["open"], await app.ListAsync("ann"));
    }

    [Fact]
    public async Task Policy_that_fails_leaves_the_list_whole_and_is_logged_once()
    {
        await using var app = await AppUnderTest.StartAsync(
            app =>
            {
                app.MapGet("/open", () => "hello").WithName("open");
                app.MapGet("/broken", () => "hello").WithName("broken").RequireAuthorization("broken");
            },
            (builder, _) => builder.Services.AddAuthorizationBuilder().AddPolicy(
                "broken", policy => policy.RequireAssertion(bool (_) => throw new InvalidOperationException("no database"))));

        Assert.Equal(["broken", "open"], await app.ListAsync("ann"));
        Assert.Equal(["broken", "open"], await app.ListAsync("ann"));

        Assert.Single(app.LogText.Split('\n'), line => line.Contains("/broken", StringComparison.Ordinal) && line.Contains("no database", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Policy_is_evaluated_once_for_a_list()
    {
        var count = 0;
        await using var app = await AppUnderTest.StartAsync(
            app =>
            {
                var group = app.MapGroup("").RequireAuthorization();
                foreach (var name in new[] { "one", "two", "three" })
                {
                    group.MapGet($"/{name}", () => name).WithName(name);
                }
            },
            (builder, _) => builder.Services.AddSingleton<IAuthorizationHandler>(new Counting(() => Interlocked.Increment(ref count))));

        Assert.Equal(["one", "three", "two"], await app.ListAsync("ann"));

        Assert.Equal(1, count);
    }

    [Fact]
    public async Task Requirement_that_looks_at_the_endpoint_is_evaluated_for_each()
    {
        await using var app = await AppUnderTest.StartAsync(
            app =>
            {
                app.MapGet("/one", () => "one").WithName("one").RequireAuthorization("named");
                app.MapGet("/two", () => "two").WithName("two").RequireAuthorization("named");
            },
            (builder, _) => builder.Services.AddAuthorizationBuilder().AddPolicy(
                "named", policy => policy.RequireAssertion(context => ((HttpContext)context.Resource!).GetEndpoint()!.DisplayName!.Contains("two", StringComparison.Ordinal))));

        Assert.Equal(["two"], await app.ListAsync("ann"));
    }

    [Fact]
    public async Task Changes_of_this_app_cannot_be_watched()
    {
        var document = new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "t", ["version"] = "1" },
            ["x-mcp"] = new JsonObject { ["changes"] = new JsonObject { ["path"] = "/changes", ["resources"] = new JsonArray("shop://things/{id}") } },
            ["paths"] = new JsonObject(),
        };
        await using var app = await AppUnderTest.StartAsync(
            app => app.MapGet("/document.json", () => Results.Text(document.ToJsonString(), "application/json")),
            (_, tools) => tools.AddThisApp(api => api.Document = "/document.json"));
        var body = Messages.Request("subscriptions/listen", new JsonObject
        {
            ["notifications"] = new JsonObject { ["resourceSubscriptions"] = new JsonArray("shop://things/1") },
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(app.Address, "/mcp")) { Content = JsonContent.Create(body) };
        request.Headers.Add(Messages.VersionHeader, Messages.Version);
        request.Headers.Add("Mcp-Method", "subscriptions/listen");
        using var response = await OutsideClient.Shared.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        var error = await Messages.AssertErrorAsync(response, HttpStatusCode.Forbidden, -32000);
        Assert.Contains("cannot be watched", (string)error["message"]!, StringComparison.Ordinal);
    }

    private static Task<AppUnderTest> StartAsync(bool hasFallback) => AppUnderTest.StartAsync(
        app =>
        {
            Map("authorize").RequireAuthorization();
            Map("role").RequireAuthorization(new AuthorizeAttribute { Roles = "editor" });
            Map("policy").RequireAuthorization("ann");
            Map("requirement").WithMetadata(new MustBe("ann"));
            Map("scheme").RequireAuthorization(new AuthorizeAttribute { AuthenticationSchemes = AppUnderTest.Scheme });
            Map("fallback");
            Map("open").AllowAnonymous();
            var group = app.MapGroup("").RequireAuthorization();
            group.MapGet("/group", Hello).WithName("group");
            group.MapGet("/groupOpen", Hello).WithName("groupOpen").AllowAnonymous();

            RouteHandlerBuilder Map(string name) => app.MapGet($"/{name}", Hello).WithName(name);
        },
        (builder, _) =>
        {
            var authorization = builder.Services.AddAuthorizationBuilder().AddPolicy("ann", policy => policy.RequireUserName("ann"));
            if (hasFallback)
            {
                // The endpoint of the tools is open in this test: what the fallback protects is the operation.
                authorization.SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(context =>
                    context.User.Identity!.IsAuthenticated || (context.Resource as HttpContext)?.Request.Path == "/mcp").Build());
            }

            builder.Services.AddSingleton<IAuthorizationHandler, MustBeHandler>();
        });

    private static string Hello(HttpContext context) => $"hello {context.User.Identity?.Name}";

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class MustBe(string name) : Attribute, IAuthorizationRequirement, IAuthorizationRequirementData
    {
        public string Name => name;

        public IEnumerable<IAuthorizationRequirement> GetRequirements() => [this];
    }

    private sealed class Counting(Action count) : IAuthorizationHandler
    {
        public Task HandleAsync(AuthorizationHandlerContext context)
        {
            count();
            return Task.CompletedTask;
        }
    }

    private sealed class MustBeHandler : AuthorizationHandler<MustBe>
    {
        protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, MustBe requirement)
        {
            if (context.User.Identity?.Name == requirement.Name)
            {
                context.Succeed(requirement);
            }

            return Task.CompletedTask;
        }
    }
}
