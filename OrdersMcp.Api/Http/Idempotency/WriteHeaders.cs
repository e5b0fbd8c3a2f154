using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;

namespace OrdersMcp.Api.Http.Idempotency;

/// <summary>The headers of every write.</summary>
internal sealed record WriteHeaders(
    [property: FromHeader(Name = IdempotencyKeyAttribute.Header), IdempotencyKey,
        Description("New per intended change; a repeat never acts twice.")]
    string? IdempotencyKey);

/// <summary>The headers of every change to an existing resource.</summary>
internal sealed record ChangeHeaders(
    [property: FromHeader(Name = IdempotencyKeyAttribute.Header), IdempotencyKey,
        Description("New per intended change; a repeat never acts twice.")]
    string? IdempotencyKey,

    [property: FromHeader(Name = "If-Match"), IfMatch,
        Description("Only if this is still the version.")]
    string? IfMatch)
{
    /// <summary>Whether the caller accepts this version (RFC 9110, 13.1.1).</summary>
    public bool Accepts(int version) =>
        IfMatch is null
        || IfMatchAttribute.Tags(IfMatch).Any(tag => tag == "*" || tag == EntityTag.Of(version) || tag == $"{version}");
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

/// <summary>A list of entity tags, or <c>*</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class IfMatchAttribute : StringLengthAttribute
{
    public IfMatchAttribute()
        : base(200) =>
        ErrorMessage = "must be the ETag of an answer, such as \"3\", or the version in it.";

    public static IEnumerable<string> Tags(string value) => value.Split(',').Select(tag => tag.Trim());

    public override bool IsValid(object? value) => value is not string text
        || (text.Length <= MaximumLength && Tags(text).All(IsTag));

    /// <summary>Also accepts a version without quotes, which models often omit.</summary>
    private static bool IsTag(string tag) =>
        tag is "*" or ['"', .., '"'] or ['W', '/', '"', .., '"'] || int.TryParse(tag, out _);
}
