using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Controllers;

/// <summary>Books of a library. Everybody may read; only librarians may remove.</summary>
[ApiController]
[Route("books")]
[Produces("application/json")]
public sealed class BooksController : ControllerBase
{
    private static readonly List<Book> Books = [new("9780141439518", "Pride and Prejudice"), new("9780486280615", "Adventures of Huckleberry Finn")];

    /// <summary>All books.</summary>
    [HttpGet(Name = "listBooks")]
    [EndpointSummary("All books of the library.")]
    public IReadOnlyList<Book> List() => [.. Books];

    /// <summary>Removes a book.</summary>
    [HttpDelete("{isbn}", Name = "removeBook")]
    [Authorize("librarian")]
    [EndpointSummary("Removes a book from the library for good.")]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesResponseType(StatusCodes.Status404NotFound)]
    public IActionResult Remove(string isbn) => Books.RemoveAll(book => book.Isbn == isbn) > 0 ? NoContent() : NotFound();
}

/// <summary>A book.</summary>
/// <param name="Isbn">Its number.</param>
/// <param name="Title">Its title.</param>
public sealed record Book(string Isbn, string Title);
