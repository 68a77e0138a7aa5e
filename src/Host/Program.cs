var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
app.MapGet("/", () => "双随机、一公开");
app.Run();
