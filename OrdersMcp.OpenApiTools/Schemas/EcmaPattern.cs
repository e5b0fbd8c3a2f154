using System.Buffers;
using System.Collections.Frozen;

namespace OrdersMcp.OpenApiTools.Schemas;

/// <summary>
/// Checks whether a pattern is valid in ECMA-262 with the flag <c>u</c> (ECMA-262 2018, 21.2.1), as JSON Schema 2020-12
/// (core, 6.4) requires. Documents contain patterns of other dialects, and a client that compiles the schema would lose the
/// whole tool.
/// </summary>
internal sealed class EcmaPattern
{
    private const int MaxDepth = 100;
    private const string Syntax = "^$\\.*+?()[]{}|/";

    /// <summary>
    /// Properties without a value, and values of the property General_Category (ECMA-262, tables 57 and 58).
    /// </summary>
    private static readonly FrozenSet<string> Properties = FrozenSet.ToFrozenSet(
        [
            "ASCII", "ASCII_Hex_Digit", "AHex", "Alphabetic", "Alpha", "Any", "Assigned", "Case_Ignorable", "CI", "Cased", "Dash", "Default_Ignorable_Code_Point", "DI",
            "Diacritic", "Dia", "Emoji", "Emoji_Component", "Emoji_Modifier", "Emoji_Modifier_Base", "Emoji_Presentation", "Extended_Pictographic", "Extender",
            "Hex_Digit", "Hex", "ID_Continue", "IDC", "ID_Start", "IDS", "Ideographic", "Ideo", "Lowercase", "Lower", "Math", "Noncharacter_Code_Point",
            "Pattern_Syntax", "Pattern_White_Space", "Quotation_Mark", "Radical", "Regional_Indicator", "Uppercase", "Upper", "Variation_Selector", "White_Space", "space",
            "XID_Continue", "XID_Start",
            "Cased_Letter", "LC", "Close_Punctuation", "Pe", "Connector_Punctuation", "Pc", "Control", "Cc", "cntrl", "Currency_Symbol", "Sc", "Dash_Punctuation", "Pd",
            "Decimal_Number", "Nd", "digit", "Enclosing_Mark", "Me", "Final_Punctuation", "Pf", "Format", "Cf", "Initial_Punctuation", "Pi", "Letter", "L",
            "Letter_Number", "Nl", "Line_Separator", "Zl", "Lowercase_Letter", "Ll", "Mark", "M", "Combining_Mark", "Math_Symbol", "Sm", "Modifier_Letter", "Lm",
            "Modifier_Symbol", "Sk", "Nonspacing_Mark", "Mn", "Number", "N", "Open_Punctuation", "Ps", "Other", "C", "Other_Letter", "Lo", "Other_Number", "No",
            "Other_Punctuation", "Po", "Other_Symbol", "So", "Paragraph_Separator", "Zp", "Private_Use", "Co", "Punctuation", "P", "punct", "Separator", "Z",
            "Space_Separator", "Zs", "Spacing_Mark", "Mc", "Surrogate", "Cs", "Symbol", "S", "Titlecase_Letter", "Lt", "Unassigned", "Cn", "Uppercase_Letter", "Lu",
        ], StringComparer.Ordinal);

    /// <summary>The scripts that patterns in documents name; a pattern with another script is omitted.</summary>
    private static readonly FrozenSet<string> Scripts = FrozenSet.ToFrozenSet(
        [
            "Arabic", "Arab", "Armenian", "Armn", "Bengali", "Beng", "Common", "Zyyy", "Cyrillic", "Cyrl", "Devanagari", "Deva", "Ethiopic", "Ethi", "Georgian", "Geor",
            "Greek", "Grek", "Gujarati", "Gujr", "Gurmukhi", "Guru", "Han", "Hani", "Hangul", "Hang", "Hebrew", "Hebr", "Hiragana", "Hira", "Inherited", "Zinh", "Kannada",
            "Knda", "Katakana", "Kana", "Khmer", "Khmr", "Lao", "Laoo", "Latin", "Latn", "Malayalam", "Mlym", "Mongolian", "Mong", "Myanmar", "Mymr", "Sinhala", "Sinh",
            "Tamil", "Taml", "Telugu", "Telu", "Thai", "Tibetan", "Tibt",
        ], StringComparer.Ordinal);

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    private readonly string _pattern;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<string> _usedNames = [];
    private int _at;
    private int _depth;
    private int _groups;
    private int _highestReference;

    private EcmaPattern(string pattern) => _pattern = pattern;

    public static bool IsValid(string pattern)
    {
        var reading = new EcmaPattern(pattern);
        return reading.Disjunction() && reading._at == pattern.Length
            && reading._highestReference <= reading._groups && reading._usedNames.TrueForAll(reading._names.Contains);
    }

    private char Next => _at < _pattern.Length ? _pattern[_at] : '\0';

    private bool IsAtEnd => _at >= _pattern.Length;

    private bool Take(string text)
    {
        if (string.CompareOrdinal(_pattern, _at, text, 0, text.Length) != 0)
        {
            return false;
        }

        _at += text.Length;
        return true;
    }

    private bool Disjunction()
    {
        if (++_depth > MaxDepth)
        {
            return false;
        }

        do
        {
            while (!IsAtEnd && Next is not ('|' or ')'))
            {
                if (!Term())
                {
                    return false;
                }
            }
        }
        while (Take("|"));

        _depth--;
        return true;
    }

    private bool Term()
    {
        if (Take("^") || Take("$") || Take("\\b") || Take("\\B"))
        {
            return true;
        }

        if (Take("(?=") || Take("(?!") || Take("(?<=") || Take("(?<!"))
        {
            return Disjunction() && Take(")"); // no quantifier follows
        }

        return Atom() && Quantifier();
    }

    private bool Atom()
    {
        if (Take("\\"))
        {
            return AtomEscape();
        }

        if (Take("["))
        {
            return Class();
        }

        if (Take("("))
        {
            if (Take("?") && !Take(":") && !(Take("<") && GroupName() is { } name && _names.Add(name)))
            {
                return false;
            }

            _groups += _pattern[_at - 1] == ':' ? 0 : 1;
            return Disjunction() && Take(")");
        }

        if (Next != '.' && Syntax.Contains(Next, StringComparison.Ordinal) && Next != '/')
        {
            return false;
        }

        Character();
        return true;
    }

    private bool Quantifier()
    {
        if (Take("*") || Take("+") || Take("?"))
        {
            Take("?");
            return true;
        }

        if (!Take("{"))
        {
            return true;
        }

        if (Number() is not { } least || (Take(",") && Next != '}' && (Number() is not { } most || most < least)) || !Take("}"))
        {
            return false;
        }

        Take("?");
        return true;
    }

    private bool AtomEscape()
    {
        if (Next is >= '1' and <= '9')
        {
            _highestReference = Math.Max(_highestReference, (int)Math.Min(Number()!.Value, int.MaxValue));
            return true;
        }

        if (Take("k"))
        {
            if (!Take("<") || GroupName() is not { } name)
            {
                return false;
            }

            _usedNames.Add(name);
            return true;
        }

        return CharacterEscape(out _);
    }

    /// <summary>Reads an escape. For an escape that stands for a set of characters, the character is null.</summary>
    private bool CharacterEscape(out int? character)
    {
        character = null;
        var letter = Next;
        _at++;
        switch (letter)
        {
            case 'd' or 'D' or 's' or 'S' or 'w' or 'W':
                return true;
            case 'p' or 'P':
                return Property();
            case 'f' or 'n' or 'r' or 't' or 'v':
                character = letter;
                return true;
            case '0':
                character = 0;
                return !char.IsAsciiDigit(Next);
            case 'c':
                character = Next & 31;
                _at++;
                return char.IsAsciiLetter((char)_pattern.ElementAtOrDefault(_at - 1));
            case 'x':
                return Hex(2, out character);
            case 'u':
                return Take("{") ? CodePoint(out character) : Hex(4, out character);
            default:
                character = letter;
                return letter != '\0' && Syntax.Contains(letter, StringComparison.Ordinal);
        }
    }

    private bool Class()
    {
        Take("^");
        while (!Take("]"))
        {
            if (IsAtEnd || !ClassAtom(out var first))
            {
                return false;
            }

            if (Next == '-' && _at + 1 < _pattern.Length && _pattern[_at + 1] != ']')
            {
                _at++;
                if (!ClassAtom(out var last) || first is null || last is null || first > last)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool ClassAtom(out int? character)
    {
        if (Take("\\"))
        {
            if (Take("b"))
            {
                character = '\b';
                return true;
            }

            if (Take("-"))
            {
                character = '-';
                return true;
            }

            return CharacterEscape(out character);
        }

        character = IsAtEnd ? null : Character();
        return character is not null;
    }

    /// <summary>With the flag, two surrogates are one character.</summary>
    private int Character()
    {
        var code = char.IsHighSurrogate(Next) && _at + 1 < _pattern.Length && char.IsLowSurrogate(_pattern[_at + 1])
            ? char.ConvertToUtf32(_pattern[_at], _pattern[_at + 1])
            : Next;
        _at += code > char.MaxValue ? 2 : 1;
        return code;
    }

    private bool Property()
    {
        var end = _pattern.IndexOf('}', Math.Min(_at, _pattern.Length));
        if (!Take("{") || end < 0)
        {
            return false;
        }

        var parts = _pattern[_at..end].Split('=');
        _at = end + 1;
        return parts switch
        {
            [var name] => Properties.Contains(name),
            ["General_Category" or "gc", var value] => Properties.Contains(value),
            ["Script" or "sc" or "Script_Extensions" or "scx", var value] => Scripts.Contains(value),
            _ => false,
        };
    }

    private string? GroupName()
    {
        var start = _at;
        while (!IsAtEnd && (char.IsLetterOrDigit(Next) || Next is '_' or '$'))
        {
            _at++;
        }

        var name = _pattern[start.._at];
        return name.Length > 0 && !char.IsDigit(name[0]) && Take(">") ? name : null;
    }

    private long? Number()
    {
        var start = _at;
        while (char.IsAsciiDigit(Next))
        {
            _at++;
        }

        return _at == start ? null : long.TryParse(_pattern.AsSpan(start, _at - start), out var number) ? number : long.MaxValue;
    }

    private bool Hex(int digits, out int? character)
    {
        character = null;
        if (_at + digits > _pattern.Length || _pattern.AsSpan(_at, digits).ContainsAnyExcept(HexDigits))
        {
            return false;
        }

        character = Convert.ToInt32(_pattern.Substring(_at, digits), fromBase: 16);
        _at += digits;
        return true;
    }

    private bool CodePoint(out int? character)
    {
        var end = _pattern.IndexOf('}', _at);
        character = null;
        if (end <= _at || end - _at > 6 || !Hex(end - _at, out character))
        {
            return false;
        }

        _at = end + 1;
        return character <= 0x10FFFF;
    }
}
