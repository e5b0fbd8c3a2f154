using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http.OpenApi;
using OrdersMcp.Api.Http.Paging;
using OrdersMcp.Api.Http.Validation;

namespace OrdersMcp.Api.Customers;

[Description("A customer.")]
public sealed record CustomerResponse(
    [property: Description("The customer's id."), Example(1234L)] long Id,
    [property: Untrusted, Description("The customer's name."), Example("Alice Johnson")] string Name,
    [property: Untrusted, Description("The customer's e-mail address, in lower case."), Example("alice.johnson@example.com")]
    string Email,
    [property: Description("active or blocked; blocked customers cannot place orders.")] CustomerStatus Status,
    [property: Description("When the customer was added, UTC.")] DateTimeOffset CreatedAt);

[Description("One page of customers, by id.")]
public sealed record CustomerPage(
    [property: Description("The customers of this page.")] IReadOnlyList<CustomerResponse> Items,
    [property: Description(ListText.NextCursor)] string? NextCursor);

/// <summary>The parameters of <c>search_customers</c>.</summary>
internal sealed record SearchCustomersParameters(
    [property: FromQuery(Name = "q"), Search, Example("alice"),
        Description("Word prefixes; all must occur in name or e-mail. Omit for all customers.")]
    string? Text,

    [property: FromQuery(Name = "cursor"), Cursor, Description(ListText.Cursor)]
    string? Cursor,

    [property: FromQuery(Name = "limit"), Range(1, 200), Description(ListText.Limit)]
    int Limit = 20)
{
    /// <summary>The list that a cursor belongs to.</summary>
    public uint List => Http.Paging.Cursor.Fingerprint("customers", Text);
}

/// <summary>An id or an e-mail address.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class CustomerKeyAttribute : StringLengthAttribute
{
    public CustomerKeyAttribute()
        : base(320)
    {
        MinimumLength = 1;
        ErrorMessage = "must be a customer's id (a positive integer) or e-mail address. Use search_customers to find one.";
    }

    public override bool IsValid(object? value) => value is not string text
        || (text.Length <= MaximumLength
            && ((long.TryParse(text, out var id) && id > 0) || (text.Contains('@') && !text.Any(char.IsControl))));
}
