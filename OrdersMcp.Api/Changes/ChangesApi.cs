using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using OrdersMcp.Api.Authorization;
using OrdersMcp.Api.Http.Errors;
using OrdersMcp.Api.Http.OpenApi;
using OrdersMcp.Api.Http.Validation;
using OrdersMcp.Api.Serialization;

namespace OrdersMcp.Api.Changes;

/// <summary>Streams order changes. It is for programs and does not become a tool.</summary>
internal static class ChangesApi
{
    public const string Path = "/order-changes";

    private const int MaxResumed = 1000;

    public static void AddChanges(this IServiceCollection services)
    {
        services.AddJson(ChangesJson.Default);
        services.AddSingleton<ChangeStreams>();
        services.AddSingleton<LatestDocument>();
        services.AddHostedService<ChangeListener>();
        services.AddHostedService<DocumentNotices>();
    }

    public static void MapChanges(this IEndpointRouteBuilder routes) => routes
        .MapGet(Path, FollowOrderChanges)
        .WithTags("orders")
        .ValidateParameters()
        .ProducesCommonErrors()
        .DisableHttpMetrics() // a stream lasts for hours and would distort the request durations
        .WithName("follow_order_changes")
        .WithSummary("Follow order changes")
        .WithDescription(
            "Streams server-sent events: order-changed for every change to any order, at least once. Send Last-Event-ID to "
            + "resume a stream. After changes-missed, reload everything. document-changed has the entityTag of this document.")
        .WithMetadata(new ProducesResponseTypeAttribute(
            typeof(OrderChange), StatusCodes.Status200OK, ChangeStreamResponse.ContentType)
        {
            Description = "An endless stream. Each order-changed event has this object as its data.",
        })
        .Reads()
        .RefusesBoundCallers()
        .HiddenFromTools();

    private static async Task<IResult> FollowOrderChanges(
        [FromHeader(Name = "Last-Event-ID"), EventId, Description("The id of the last event received.")]
        string? lastEventId,
        ChangeStreams streams,
        LatestDocument document,
        NpgsqlDataSource database,
        IHostApplicationLifetime lifetime,
        HttpResponse response,
        CancellationToken cancellationToken)
    {
        if (streams.Horizon is not { } horizon)
        {
            response.Headers.RetryAfter = "2";
            return TypedResults.Problem(Problems.DatabaseUnavailable());
        }

        if (streams.Open() is not { } stream)
        {
            response.Headers.RetryAfter = "30";
            return Problems.Create(
                StatusCodes.Status503ServiceUnavailable,
                "too-many-streams",
                "Too many streams",
                $"This replica already serves {ChangeStreams.MaxStreams} streams, the maximum. Share one stream among your "
                + "readers, or try again after the number of seconds in Retry-After.");
        }

        try
        {
            // The stream opens before the history is read, so changes committed in between appear in one of them, or both.
            ulong? from = lastEventId is null ? null : ulong.Parse(lastEventId, CultureInfo.InvariantCulture);
            var missed = from is { } transaction
                ? await database.ReadChangesAsync(transaction, MaxResumed, cancellationToken)
                : [];
            return new ChangeStreamResponse(
                stream, new DocumentChange(await document.TagAsync()), horizon, from, missed, lifetime.ApplicationStopping);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}

/// <summary>The id of an event.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class EventIdAttribute : StringLengthAttribute
{
    public EventIdAttribute()
        : base(20)
    {
        MinimumLength = 1;
        ErrorMessage = "must be the unchanged id of an event from this stream; omit it to receive only new changes.";
    }

    public override bool IsValid(object? value) => value is not string text
        || (text.All(char.IsAsciiDigit) && ulong.TryParse(text, CultureInfo.InvariantCulture, out _));
}
