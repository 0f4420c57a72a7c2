// SPDX-License-Identifier: Apache-2.0

package registry

import "github.com/longshore-io/connect"

// Keys of the configuration, under the names that Confluent's converters have.
const (
	urlKey            = "schema.registry.url"
	urlRandomizeKey   = "schema.registry.url.randomize"
	maxSchemasKey     = "max.schemas.per.subject"
	normalizeKey      = "normalize.schemas"
	autoRegisterKey   = "auto.register.schemas"
	useIDKey          = "use.schema.id"
	idStrictKey       = "id.compatibility.strict"
	useLatestKey      = "use.latest.version"
	latestStrictKey   = "latest.compatibility.strict"
	latestSizeKey     = "latest.cache.size"
	latestTTLKey      = "latest.cache.ttl.sec"
	latestMetadataKey = "use.latest.with.metadata"
	basicSourceKey    = "basic.auth.credentials.source"
	basicUserKey      = "basic.auth.user.info"
	basicOldUserKey   = "schema.registry.basic.auth.user.info"
	bearerSourceKey   = "bearer.auth.credentials.source"
	bearerTokenKey    = "bearer.auth.token"
	bearerIssuerKey   = "bearer.auth.issuer.endpoint.url"
	bearerClientKey   = "bearer.auth.client.id"
	bearerSecretKey   = "bearer.auth.client.secret"
	bearerScopeKey    = "bearer.auth.scope"
	bearerClusterKey  = "bearer.auth.logical.cluster"
	bearerPoolKey     = "bearer.auth.identity.pool.id"
	bearerBufferKey   = "bearer.auth.cache.expiry.buffer.seconds"
	keyStrategyKey    = "key.subject.name.strategy"
	valueStrategyKey  = "value.subject.name.strategy"
	proxyHostKey      = "proxy.host"
	proxyPortKey      = "proxy.port"
	connectTimeoutKey = "http.connect.timeout.ms"
	readTimeoutKey    = "http.read.timeout.ms"
	retriesKey        = "max.retries"
	retryWaitKey      = "retries.wait.ms"
	retryMaxWaitKey   = "retries.max.wait.ms"

	// sslPrefix stands before Kafka's ssl.* keys; requestHeaderPrefix before names of headers sent with each request.
	sslPrefix           = "schema.registry."
	requestHeaderPrefix = "request.header."

	fromURL      = "URL"
	fromUserInfo = "USER_INFO"
	fromSASL     = "SASL_INHERIT"
	staticToken  = "STATIC_TOKEN"
	oauthToken   = "OAUTHBEARER"
)

// ConfigDef defines the keys that all converters with a schema registry have. A converter adds its own with With.
func ConfigDef() connect.ConfigDef {
	return connect.ConfigDef{}.With(lookupKeys...).With(securityKeys...).With(requestKeys...).With(sslKeys...)
}

var lookupKeys = []connect.ConfigKey{
	{Name: urlKey, Type: connect.ListType, Required: true, Importance: connect.High, Validator: urlsValidator, Width: connect.LongWidth,
		DisplayName: "Schema Registry URLs", Doc: "Comma-separated URLs of the schema registry; the next one is asked when one does not answer."},
	{Name: urlRandomizeKey, Type: connect.BooleanType, Default: false, Importance: connect.Low,
		Doc: "Whether to begin with any of the URLs instead of the first."},
	{Name: maxSchemasKey, Type: connect.IntType, Default: 1000, Importance: connect.Low,
		Doc: "How many schemas are remembered, in each direction."},
	{Name: normalizeKey, Type: connect.BooleanType, Default: false, Importance: connect.Medium,
		Doc: "Whether the registry normalizes schemas before it compares them, so that order without meaning does not count."},
	{Name: autoRegisterKey, Type: connect.BooleanType, Default: true, Importance: connect.Medium,
		Doc: "Whether schemas are registered when they are first written. Where not, they have to be there already."},
	{Name: useIDKey, Type: connect.IntType, Default: -1, Importance: connect.Low,
		Doc: "Number of the schema to write with, where schemas are not registered; -1 for none."},
	{Name: idStrictKey, Type: connect.BooleanType, Default: true, Importance: connect.Low,
		Doc: "Whether the schema of use.schema.id has to be able to read what is written."},
	{Name: useLatestKey, Type: connect.BooleanType, Default: false, Importance: connect.Low,
		Doc: "Whether to write with the latest version of the subject, where schemas are not registered, and to read as that version."},
	{Name: latestStrictKey, Type: connect.BooleanType, Default: true, Importance: connect.Low,
		Doc: "Whether the latest version has to be able to read what is written."},
	{Name: latestSizeKey, Type: connect.IntType, Default: 1000, Importance: connect.Low, Doc: "How many latest versions are remembered."},
	{Name: latestTTLKey, Type: connect.IntType, Default: -1, Importance: connect.Low,
		Doc: "For how many seconds latest versions are remembered; -1 for ever."},
	{Name: latestMetadataKey, Type: connect.StringType, Importance: connect.Low,
		Doc: "Use the latest version that has this metadata, such as application.version=v1."},
	{Name: keyStrategyKey, Type: connect.ClassType, Default: topicStrategy, Importance: connect.Medium, Validator: strategyValidator,
		Doc: "How the subject of keys is named: by the topic, by the record, or by both."},
	{Name: valueStrategyKey, Type: connect.ClassType, Default: topicStrategy, Importance: connect.Medium, Validator: strategyValidator,
		Doc: "How the subject of values is named: by the topic, by the record, or by both."},
}

var securityKeys = []connect.ConfigKey{
	{Name: basicSourceKey, Type: connect.StringType, Default: fromURL, Importance: connect.Medium, Validator: connect.OneOf(fromURL, fromUserInfo, fromSASL, ""),
		Doc: "Where user and password are: URL, USER_INFO (basic.auth.user.info) or SASL_INHERIT (sasl.jaas.config)."},
	{Name: basicUserKey, Type: connect.PasswordType, Default: connect.Password(""), Importance: connect.Medium, Doc: "User and password, as user:password."},
	{Name: basicOldUserKey, Type: connect.PasswordType, Default: connect.Password(""), Importance: connect.Medium, Doc: "Old name of basic.auth.user.info."},
	{Name: bearerSourceKey, Type: connect.StringType, Default: staticToken, Importance: connect.Medium, Validator: connect.OneOf(staticToken, oauthToken, ""),
		Doc: "Where the bearer token is from: STATIC_TOKEN (bearer.auth.token) or OAUTHBEARER (bearer.auth.issuer.endpoint.url)."},
	{Name: bearerTokenKey, Type: connect.PasswordType, Default: connect.Password(""), Importance: connect.Medium, Doc: "The bearer token."},
	{Name: bearerIssuerKey, Type: connect.StringType, Importance: connect.Medium, Doc: "URL that issues tokens for client credentials."},
	{Name: bearerClientKey, Type: connect.StringType, Importance: connect.Medium, Doc: "Client id to get tokens with."},
	{Name: bearerSecretKey, Type: connect.PasswordType, Importance: connect.Medium, Doc: "Client secret to get tokens with."},
	{Name: bearerScopeKey, Type: connect.StringType, Importance: connect.Medium, Doc: "Scope of the tokens."},
	{Name: bearerPoolKey, Type: connect.StringType, Importance: connect.Medium, Doc: "Identity pool, sent as the header Confluent-Identity-Pool-Id."},
	{Name: bearerClusterKey, Type: connect.StringType, Importance: connect.Medium, Doc: "Logical cluster, sent as the header target-sr-cluster."},
	{Name: bearerBufferKey, Type: connect.ShortType, Default: 300, Importance: connect.Low, Validator: connect.Between(0, 3600),
		Doc: "How many seconds before its end a token is replaced."},
}

var requestKeys = []connect.ConfigKey{
	{Name: proxyHostKey, Type: connect.StringType, Default: "", Importance: connect.Low, Doc: "Host of the proxy in front of the registry."},
	{Name: proxyPortKey, Type: connect.IntType, Default: -1, Importance: connect.Low, Doc: "Port of the proxy in front of the registry."},
	{Name: connectTimeoutKey, Type: connect.IntType, Default: 60000, Importance: connect.Low, Doc: "How many milliseconds a connection may take."},
	{Name: readTimeoutKey, Type: connect.IntType, Default: 60000, Importance: connect.Low, Doc: "How many milliseconds an answer may take."},
	{Name: retriesKey, Type: connect.IntType, Default: 3, Importance: connect.Low, Doc: "How often a request is made again before it fails."},
	{Name: retryWaitKey, Type: connect.IntType, Default: 1000, Importance: connect.Low, Doc: "Milliseconds before the first retry; each wait is twice as long as the one before."},
	{Name: retryMaxWaitKey, Type: connect.IntType, Default: 20000, Importance: connect.Low, Doc: "The longest wait before a retry, in milliseconds."},
}

// sslKeys are Kafka's; what they are worth is checked when the stores are opened.
var sslKeys = []connect.ConfigKey{
	ssl("ssl.keystore.location", connect.StringType, nil, connect.High, "File of the key store."),
	ssl("ssl.keystore.password", connect.PasswordType, nil, connect.High, "Password of the key store."),
	ssl("ssl.keystore.type", connect.StringType, "JKS", connect.Medium, "Type of the key store: JKS, PKCS12 or PEM."),
	ssl("ssl.keystore.key", connect.PasswordType, nil, connect.High, "Private key, as PEM."),
	ssl("ssl.keystore.certificate.chain", connect.PasswordType, nil, connect.High, "Certificate of the private key and its chain, as PEM."),
	ssl("ssl.key.password", connect.PasswordType, nil, connect.High, "Password of the private key."),
	ssl("ssl.truststore.location", connect.StringType, nil, connect.High, "File of the trust store."),
	ssl("ssl.truststore.password", connect.PasswordType, nil, connect.High, "Password of the trust store."),
	ssl("ssl.truststore.type", connect.StringType, "JKS", connect.Medium, "Type of the trust store: JKS, PKCS12 or PEM."),
	ssl("ssl.truststore.certificates", connect.PasswordType, nil, connect.High, "Trusted certificates, as PEM."),
	ssl("ssl.endpoint.identification.algorithm", connect.StringType, "https", connect.Low, "https to check the host's name, empty to take any."),
	ssl("ssl.enabled.protocols", connect.ListType, []string{"TLSv1.2", "TLSv1.3"}, connect.Medium, "Versions of TLS that are taken."),
	ssl("ssl.cipher.suites", connect.ListType, nil, connect.Low, "Cipher suites that are taken; all that are good by default."),
}

func ssl(name string, typ connect.ConfigType, def any, importance connect.Importance, doc string) connect.ConfigKey {
	return connect.ConfigKey{Name: sslPrefix + name, Type: typ, Default: def, Importance: importance, Doc: doc}
}
