using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Thrum.Gateway.Configuration;
using Thrum.Gateway.Http.Access;

namespace Thrum.Gateway.Http;

/// <summary>Says in the OpenAPI document who may ask for what.</summary>
internal static class OpenApiSecurity
{
    private const string Scheme = "token";

    public static void Describe(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "Thrum", Version = "v1", Description = "The API of a gateway. Errors are problem details (RFC 9457); lists that come in pages tell the next one in a Link header (RFC 8288)." };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [Scheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A token of Http:Tokens. A gateway without tokens serves only its own machine, and asks for none." },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            IList<object> metadata = context.Description.ActionDescriptor.EndpointMetadata;
            if (metadata.OfType<OpenAccess>().Any())
            {
                return Task.CompletedTask;
            }

            AccessRole role = Needs.Of(new EndpointMetadataCollection(metadata), context.Description.HttpMethod ?? "GET");
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] }];
            operation.Description = $"Needs the role {ValueText.JsonName(role.ToString())}.";
            operation.Responses ??= [];
            foreach ((int status, string what) in ((int, string)[])[(401, "The token is missing or unknown."), (403, "The token's role is not enough."), (429, "Too many requests.")])
            {
                operation.Responses[status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse { Description = what };
            }

            return Task.CompletedTask;
        });
    }
}
