using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc;

namespace OrdersMcp.Api.Http.Idempotency;

/// <summary>The headers of every write.</summary>
internal sealed record WriteHeaders(
    [property: FromHeader(Name = IdempotencyKeyAttribute.Header), IdempotencyKey,
        Description("A new key for each intended change. Repeating a request with its key never acts twice.")]
    string? IdempotencyKey);

/// <summary>The headers of every change to an existing resource.</summary>
internal sealed record ChangeHeaders(
    [property: FromHeader(Name = IdempotencyKeyAttribute.Header), IdempotencyKey,
        Description("A new key for each intended change. Repeating a request with its key never acts twice.")]
    string? IdempotencyKey,

    [property: FromHeader(Name = "If-Match"), IfMatch,
        Description("Fail if the version differs.")]
    string? IfMatch)
{
    /// <summary>Whether the caller accepts this version (RFC 9110, 13.1.1: tags are compared strongly).</summary>
    public bool Accepts(int version) =>
        IfMatch is null
        || IfMatchAttribute.Tags(IfMatch)!.Any(tag => tag == "*" || tag == EntityTag.Of(version) || tag == $"{version}");
}

/// <summary>A key that the client chooses. Visible ASCII looks the same in every log.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class IdempotencyKeyAttribute : StringLengthAttribute
{
    public const string Header = "Idempotency-Key";
    private const int MaxLength = 200;

    public IdempotencyKeyAttribute()
        : base(MaxLength)
    {
        MinimumLength = 1;
        ErrorMessage = $"must be 1 to {MaxLength} visible ASCII characters, such as a UUID.";
    }

    public override bool IsValid(object? value) => value is not string key
        || (key.Length is >= 1 and <= MaxLength && key.All(letter => letter is > ' ' and <= '~'));
}

/// <summary>
/// A list of entity tags, or <c>*</c> (RFC 9110, 13.1.1). Empty elements of the list are ignored (5.6.1.2), and a tag may
/// contain commas (8.8.3). A version without quotes, which models often omit, is accepted as well.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed partial class IfMatchAttribute : StringLengthAttribute
{
    public IfMatchAttribute()
        : base(200) =>
        ErrorMessage = "must be an ETag from a response, such as \"3\", or a version.";

    /// <summary>The tags, or null if the text is not a list of tags.</summary>
    public static IEnumerable<string>? Tags(string value) =>
        value.Trim() == "*" ? ["*"]
        : List.Match(value) is { Success: true } match && match.Groups["tag"].Captures is { Count: > 0 } tags
            ? tags.Select(tag => tag.Value)
            : null;

    public override bool IsValid(object? value) => value is not string text
        || (text.Length <= MaximumLength && Tags(text) is not null);

    [GeneratedRegex(
        """^[ \t]*((?<tag>(W/)?"[!#-~\u0080-\u00ff]*"|[0-9]{1,10})[ \t]*)?(,[ \t]*((?<tag>(W/)?"[!#-~\u0080-\u00ff]*"|[0-9]{1,10})[ \t]*)?)*$""",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex List { get; }
}
