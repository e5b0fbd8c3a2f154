using System.Collections.Concurrent;
using System.ComponentModel;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddOpenApi();
builder.Services.AddOpenApiTools(); // the first of the two lines

var app = builder.Build();
var todos = new ConcurrentDictionary<int, Todo> { [1] = new(1, "Try the tools", IsDone: false) };
var last = 1;

app.MapGet("/todos", () => todos.Values.OrderBy(todo => todo.Id))
    .WithName("listTodos").WithSummary("All to-dos, oldest first.");
app.MapGet("/todos/{id:int}", IResult (int id) => todos.TryGetValue(id, out var todo) ? TypedResults.Ok(todo) : TypedResults.NotFound())
    .WithName("getTodo").WithSummary("One to-do.").Produces<Todo>().Produces(404);
app.MapPost("/todos", ([Description("What is to be done.")] NewTodo todo) => todos.GetOrAdd(Interlocked.Increment(ref last), id => new Todo(id, todo.Text, IsDone: false)))
    .WithName("addTodo").WithSummary("Adds a to-do.");

app.MapOpenApi();
app.MapOpenApiTools(); // the second
app.Run();

internal sealed record Todo(int Id, string Text, bool IsDone);

internal sealed record NewTodo(string Text);
