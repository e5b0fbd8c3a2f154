using System.ComponentModel.DataAnnotations;

namespace OrdersMcp.Api.Http.Validation;

/// <summary>
/// Text of limited length that is not blank. Control characters other than tabs and line ends are rejected: PostgreSQL
/// cannot store NUL, and the others can hide text.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class TextAttribute : StringLengthAttribute
{
    public TextAttribute(int longest)
        : base(longest)
    {
        MinimumLength = 1;
        ErrorMessage = $"must be text of 1 to {longest} characters, not blank and without control characters.";
    }

    public override bool IsValid(object? value) => value is not string text
        || (text.Length <= MaximumLength
            && !string.IsNullOrWhiteSpace(text)
            && !text.Any(letter => char.IsControl(letter) && letter is not ('\t' or '\n' or '\r')));
}
