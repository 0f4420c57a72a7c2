// SPDX-License-Identifier: Apache-2.0

package database

// postgresRelations has each relation with the word that PostgreSQL's JDBC driver has for its kind.
const postgresRelations = `SELECT '' AS catalog, n.nspname::text, c.relname::text,
 CASE
  WHEN n.nspname ~ '^pg_' OR n.nspname = 'information_schema' THEN
   CASE WHEN n.nspname ~ '^pg_toast' THEN CASE c.relkind WHEN 'r' THEN 'SYSTEM TOAST TABLE' ELSE 'SYSTEM TOAST INDEX' END
    WHEN n.nspname ~ '^pg_temp_' THEN CASE c.relkind WHEN 'r' THEN 'TEMPORARY TABLE' WHEN 'i' THEN 'TEMPORARY INDEX' WHEN 'S' THEN 'TEMPORARY SEQUENCE' ELSE 'TEMPORARY VIEW' END
    ELSE CASE c.relkind WHEN 'r' THEN 'SYSTEM TABLE' WHEN 'v' THEN 'SYSTEM VIEW' ELSE 'SYSTEM INDEX' END END
  ELSE CASE c.relkind WHEN 'r' THEN 'TABLE' WHEN 'p' THEN 'PARTITIONED TABLE' WHEN 'i' THEN 'INDEX' WHEN 'I' THEN 'PARTITIONED INDEX' WHEN 'S' THEN 'SEQUENCE'
   WHEN 'v' THEN 'VIEW' WHEN 'c' THEN 'TYPE' WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE '' END
 END
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE true`

// postgresTables leaves out what is in another database: there the server cannot look.
func postgresTables(s *Session, l Listing) (string, []any) {
	b := s.statement(postgresRelations)
	if l.Catalog != nil && *l.Catalog != "" {
		b.add(" AND pg_catalog.current_database() = ").arg(*l.Catalog)
	}
	return b.pattern("n.nspname", l.Schema).done()
}

func postgresTable(s *Session, id TableID) (string, []any) {
	b := s.statement(postgresRelations).add(" AND c.relkind IN ('r','p','v','f','m') AND c.relname = ").arg(id.Name)
	return postgresWhere(b, id).done()
}

// postgresWhere goes along the search path where there is no schema.
func postgresWhere(b *statement, id TableID) *statement {
	if id.Catalog != "" {
		b.add(" AND pg_catalog.current_database() = ").arg(id.Catalog)
	}
	if id.Schema == "" {
		return b.add(" AND pg_catalog.pg_table_is_visible(c.oid)")
	}
	return b.add(" AND n.nspname = ").arg(id.Schema)
}

// postgresColumnsOf reads attidentity (since version 10) and attgenerated (since 12) through JSON, so that older servers, which have neither, answer too.
const postgresColumnsOf = `SELECT a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod)::text, (
  WITH RECURSIVE base AS (SELECT t.oid, t.typname, t.typbasetype FROM pg_catalog.pg_type t WHERE t.oid = a.atttypid
   UNION ALL SELECT t.oid, t.typname, t.typbasetype FROM pg_catalog.pg_type t JOIN base ON t.oid = base.typbasetype)
  SELECT base.typname::text FROM base WHERE base.typbasetype = 0),
 a.atttypid::int8, NOT a.attnotnull, coalesce(pg_catalog.array_position(i.indkey::int2[], a.attnum) + 1, 0)::int4,
 coalesce(pg_catalog.to_jsonb(a)->>'attidentity', '') <> '' OR coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') LIKE '%nextval(%',
 coalesce(pg_catalog.to_jsonb(a)->>'attidentity', '') = 'a', coalesce(pg_catalog.to_jsonb(a)->>'attgenerated', '') <> '',
 a.atthasdef OR coalesce(pg_catalog.to_jsonb(a)->>'attidentity', '') <> ''
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 LEFT JOIN pg_catalog.pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r','p','v','f','m') AND c.relname = `

func postgresColumns(s *Session, id TableID) (string, []any) {
	b := s.statement(postgresColumnsOf).arg(id.Name)
	return postgresWhere(b, id).add(" ORDER BY a.attnum").done()
}
