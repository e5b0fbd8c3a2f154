using System.ComponentModel.DataAnnotations;

namespace OrdersMcp.Api.Http.Validation;

/// <summary>The id of a row: a positive bigint.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class IdAttribute() : RangeAttribute(typeof(long), "1", "9223372036854775807");
