using System.ComponentModel.DataAnnotations;
using OrdersMcp.Api.Data;

namespace OrdersMcp.Api.Http.Validation;

/// <summary>Words to search for.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class SearchAttribute : StringLengthAttribute
{
    private const int MaxLength = 100;
    private const int MaxWords = 10;

    public SearchAttribute()
        : base(MaxLength)
    {
        MinimumLength = 1;
        ErrorMessage = $"must be 1 to {MaxWords} words of letters or digits, at most {MaxLength} characters.";
    }

    public override bool IsValid(object? value) => value is not string text
        || (text.Length <= MaxLength && !text.Contains('\0', StringComparison.Ordinal) && SearchText.Words(text).Take(MaxWords + 1).Count() is >= 1 and <= MaxWords);
}
