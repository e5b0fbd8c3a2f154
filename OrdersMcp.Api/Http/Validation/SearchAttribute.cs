using System.ComponentModel.DataAnnotations;
using OrdersMcp.Api.Data;

namespace OrdersMcp.Api.Http.Validation;

/// <summary>Words to search for.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class SearchAttribute : StringLengthAttribute
{
    private const int Longest = 100;
    private const int MostWords = 10;

    public SearchAttribute()
        : base(Longest)
    {
        MinimumLength = 1;
        ErrorMessage = $"must be 1 to {MostWords} words of letters or digits, at most {Longest} characters.";
    }

    public override bool IsValid(object? value) => value is not string text
        || (text.Length <= Longest && SearchText.Words(text).Take(MostWords + 1).Count() is >= 1 and <= MostWords);
}
