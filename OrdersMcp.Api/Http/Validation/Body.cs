using System.Reflection;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace OrdersMcp.Api.Http.Validation;

/// <summary>The outcome of reading a request body; ParameterValidation responds with the errors.</summary>
internal interface IBody
{
    /// <summary>The response to an unreadable body, or null.</summary>
    ProblemHttpResult? Refusal { get; }

    /// <summary>The broken rules by field path.</summary>
    Dictionary<string, string[]> Errors { get; }

    /// <summary>The body in canonical form, independent of white space and member order.</summary>
    byte[] ToCanonicalJson();
}

/// <summary>
/// The JSON body of a request, checked against its whole contract. The binding of ASP.NET Core stops at the first error and
/// does not name the field.
/// </summary>
internal sealed class Body<T> : IBody, IEndpointParameterMetadataProvider
    where T : class
{
    /// <summary>The maximum size in bytes. The largest valid body without an attribute is about 20 KB.</summary>
    private static readonly int MaxBytes =
        typeof(T).GetCustomAttribute<MaxBodySizeAttribute>()?.Bytes ?? MaxBodySizeAttribute.Default;

    private static readonly BodyRule Rule = new(typeof(T));

    private readonly T? _value;
    private readonly JsonSerializerOptions _json;

    private Body(
        T? value, ProblemHttpResult? refusal, Dictionary<string, string[]> errors, JsonSerializerOptions json) =>
        (_value, Refusal, Errors, _json) = (value, refusal, errors, json);

    /// <exception cref="InvalidOperationException">The body is not valid. Endpoints never receive such a body.</exception>
    public T Value => _value ?? throw new InvalidOperationException("The body is not valid.");

    public ProblemHttpResult? Refusal { get; }

    public Dictionary<string, string[]> Errors { get; }

    public byte[] ToCanonicalJson() => JsonSerializer.SerializeToUtf8Bytes(Value, _json.GetTypeInfo(typeof(T)));

    public static async ValueTask<Body<T>> BindAsync(HttpContext context)
    {
        var json = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        ReadOnlyMemory<byte> bytes;
        try
        {
            if (await ReadAsync(context.Request, context.RequestAborted) is not { } read)
            {
                return Refused(BodyProblems.TooLarge(MaxBytes));
            }

            bytes = read;
        }
        catch (BadHttpRequestException exception)
        {
            // It ended early, or came too slowly. The client is at fault, and often no longer there.
            return Refused(BodyProblems.Unreceived(exception.StatusCode));
        }

        if (!Utf8.IsValid(bytes.Span))
        {
            return Refused(BodyProblems.Unreadable("it is not valid UTF-8"));
        }

        try
        {
            using var document = JsonDocument.Parse(bytes);
            var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
            Rule.Check(document.RootElement, errors);
            var value = errors.Count == 0 ? (T?)document.Deserialize(WholeNumbers.Reading(json).GetTypeInfo(typeof(T))) : null;
            return new Body<T>(value, refusal: null, errors, json);
        }
        catch (JsonException exception)
        {
            return Refused(BodyProblems.Unreadable(
                $"it is not JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}"));
        }

        Body<T> Refused(ProblemHttpResult refusal) => new(value: null, refusal, [], json);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T), isOptional: false));

    /// <returns>The body, or null when it is too large.</returns>
    private static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(
        HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBytes)
        {
            return null;
        }

        var buffer = new byte[(request.ContentLength ?? MaxBytes) + 1];
        var length = await request.Body.ReadAtLeastAsync(
            buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length > MaxBytes ? null : buffer.AsMemory(0, length);
    }
}

/// <summary>Raises the size limit of a body.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class MaxBodySizeAttribute(int bytes) : Attribute
{
    public const int Default = 64 * 1024;

    public int Bytes { get; } = bytes;
}
