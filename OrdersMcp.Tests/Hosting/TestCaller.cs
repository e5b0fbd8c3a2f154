using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace OrdersMcp.Tests.Hosting;

/// <summary>Takes who calls from a header, in place of an authentication.</summary>
internal sealed class TestCaller : IStartupFilter
{
    public const string Header = "X-Test-Caller";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, after) =>
        {
            if (context.Request.Headers[Header].ToString() is { Length: > 0 } name)
            {
                context.User = new ClaimsPrincipal(new ClaimsIdentity(
                    [new Claim("sub", name), new Claim("iss", "https://login.test")], authenticationType: "test"));
            }

            return after(context);
        });
        next(app);
    };
}
