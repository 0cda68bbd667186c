CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)
CREATE TABLE api_keys (
	contributor_id CHAR(32) NOT NULL
	prefix VARCHAR NOT NULL
	digest VARCHAR NOT NULL
	expires_at DATETIME
	last_used_at DATETIME
	revoked_at DATETIME
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL
	CONSTRAINT fk_api_keys_contributor_id_contributors FOREIGN KEY(contributor_id) REFERENCES contributors (id)
	CONSTRAINT pk_api_keys PRIMARY KEY (id)
	CONSTRAINT uq_api_keys_digest UNIQUE (digest)
)
CREATE INDEX ix_api_keys_contributor_id ON api_keys (contributor_id)
CREATE TABLE appeal_contacts (
	appeal_id CHAR(32) NOT NULL
	contact VARCHAR
	CONSTRAINT fk_appeal_contacts_appeal_id_appeals FOREIGN KEY(appeal_id) REFERENCES appeals (id)
	CONSTRAINT pk_appeal_contacts PRIMARY KEY (appeal_id)
)
CREATE TABLE appeals (
	claim_id CHAR(32) NOT NULL
	verdict_id CHAR(32)
	text VARCHAR NOT NULL
	state VARCHAR(8) NOT NULL
	answer VARCHAR
	answered_at DATETIME
	answered_by_id CHAR(32)
	one_person BOOLEAN NOT NULL
	version INTEGER NOT NULL
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL
	CONSTRAINT ck_appeals_appealstate CHECK (state IN ('open', 'upheld', 'declined'))
	CONSTRAINT ck_appeals_ck_appeals_answered CHECK ((state = 'open') = (answer IS NULL) AND (state = 'open') = (answered_at IS NULL) AND (state = 'open') = (answered_by_id IS NULL))
	CONSTRAINT fk_appeals_answered_by_id_contributors FOREIGN KEY(answered_by_id) REFERENCES contributors (id)
	CONSTRAINT fk_appeals_claim_id_claims FOREIGN KEY(claim_id) REFERENCES claims (id)
	CONSTRAINT fk_appeals_verdict_id_verdicts FOREIGN KEY(verdict_id) REFERENCES verdicts (id)
	CONSTRAINT pk_appeals PRIMARY KEY (id)
)
CREATE INDEX ix_appeals_claim_id_id ON appeals (claim_id, id)
CREATE INDEX ix_appeals_state_id ON appeals (state, id)
CREATE TABLE archive_attempts (
	snapshot_id CHAR(32) NOT NULL
	state VARCHAR(8) NOT NULL
	reason VARCHAR
	attempts INTEGER NOT NULL
	tried_at DATETIME
	job_id VARCHAR
	url VARCHAR
	captured_at DATETIME
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL
	CONSTRAINT ck_archive_attempts_archivestate CHECK (state IN ('asked', 'archived', 'failed'))
	CONSTRAINT fk_archive_attempts_snapshot_id_snapshots FOREIGN KEY(snapshot_id) REFERENCES snapshots (id)
	CONSTRAINT pk_archive_attempts PRIMARY KEY (id)
	CONSTRAINT uq_archive_attempts_snapshot_id UNIQUE (snapshot_id)
)
CREATE TABLE articles (
	url VARCHAR
	canonical_url VARCHAR
	source_id CHAR(32)
	state VARCHAR(7) NOT NULL
	state_reason VARCHAR
	same_as CHAR(32)
	title VARCHAR NOT NULL
	author VARCHAR
	published_at VARCHAR
	modified_at VARCHAR
	language VARCHAR
	retells JSON NOT NULL
	edition INTEGER NOT NULL
	text VARCHAR NOT NULL
	text_sha256 VARCHAR NOT NULL
	body VARCHAR
	retrieved_at DATETIME NOT NULL
	added_by_id CHAR(32) NOT NULL
	version INTEGER NOT NULL
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL
	CONSTRAINT ck_articles_intake CHECK (state IN ('reading', 'ready', 'merged', 'failed'))
	CONSTRAINT fk_articles_added_by_id_contributors FOREIGN KEY(added_by_id) REFERENCES contributors (id)
	CONSTRAINT fk_articles_same_as_articles FOREIGN KEY(same_as) REFERENCES articles (id)
	CONSTRAINT fk_articles_source_id_sources FOREIGN KEY(source_id) REFERENCES sources (id)
	CONSTRAINT pk_articles PRIMARY KEY (id)
)
CREATE INDEX ix_articles_canonical_url ON articles (canonical_url)
CREATE INDEX ix_articles_source_id ON articles (source_id)
CREATE INDEX ix_articles_text_sha256 ON articles (text_sha256)
CREATE INDEX ix_articles_url ON articles (url)
CREATE TABLE "audit_log" (
	claim_id CHAR(32) NOT NULL
	subject_id CHAR(32) NOT NULL
	what VARCHAR(18) NOT NULL
	by_id CHAR(32)
	details JSON NOT NULL
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL
	CONSTRAINT ck_audit_log_happening CHECK (what IN ('appeal answered', 'appeal made', 'claim edited', 'claim gone', 'claim made', 'claim moved', 'claim withdrawn', 'claimant asked', 'correction made', 'evidence accepted', 'evidence current', 'evidence examined', 'evidence rejected', 'evidence retracted', 'evidence stale', 'evidence submitted', 'interest declared', 'lines redrawn', 'lines ruled', 'statement joined', 'statement left', 'verdict given', 'verdict withdrawn'))
	CONSTRAINT fk_audit_log_by_id_contributors FOREIGN KEY(by_id) REFERENCES contributors (id)
	CONSTRAINT fk_audit_log_claim_id_claims FOREIGN KEY(claim_id) REFERENCES claims (id)
	CONSTRAINT pk_audit_log PRIMARY KEY (id)
)
CREATE INDEX ix_audit_log_claim_id_id ON audit_log (claim_id, id)
CREATE INDEX ix_audit_log_what_id ON audit_log (what, id)
CREATE TRIGGER audit_log_refuses_delete BEFORE DELETE ON audit_log BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END
CREATE TRIGGER audit_log_refuses_update BEFORE UPDATE ON audit_log BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END
CREATE TRIGGER audit_log_takes_its_place AFTER INSERT ON audit_log BEGIN INSERT INTO changes (position, entry_id) SELECT coalesce(max(position), 0) + 1, NEW.id FROM changes; END
CREATE TABLE changes (
	position BIGINT NOT NULL
	entry_id CHAR(32) NOT NULL
	CONSTRAINT pk_changes PRIMARY KEY (position)
	CONSTRAINT uq_changes_entry_id UNIQUE (entry_id)
)
CREATE TRIGGER changes_refuses_delete BEFORE DELETE ON changes BEGIN SELECT RAISE(ABORT, 'changes is append-only'); END
CREATE TRIGGER changes_refuses_update BEFORE UPDATE ON changes BEGIN SELECT RAISE(ABORT, 'changes is append-only'); END
CREATE TABLE claim_assessments (
	claim_id CHAR(32) NOT NULL
	supported_status VARCHAR(10) NOT NULL
	supporting_groups INTEGER NOT NULL
	disputing_groups INTEGER NOT NULL
	unmet JSON NOT NULL
	review_reasons JSON NOT NULL
	queue_id CHAR(32)
	queued_at DATETIME
	stand_in BOOLEAN NOT NULL
	assessed_at DATETIME NOT NULL
	CONSTRAINT ck_claim_assessments_status CHECK (supported_status IN ('confirmed', 'unverified', 'disputed'))
	CONSTRAINT fk_claim_assessments_claim_id_claims FOREIGN KEY(claim_id) REFERENCES claims (id)
	CONSTRAINT pk_claim_assessments PRIMARY KEY (claim_id)
	CONSTRAINT uq_claim_assessments_queue_id UNIQUE (queue_id)
)
CREATE TABLE claim_group_members (
	claim_id CHAR(32) NOT NULL
	group_id CHAR(32) NOT NULL
	judged JSON NOT NULL
	since DATETIME NOT NULL
	CONSTRAINT fk_claim_group_members_claim_id_claims FOREIGN KEY(claim_id) REFERENCES claims (id)
	CONSTRAINT pk_claim_group_members PRIMARY KEY (claim_id)
)
CREATE INDEX ix_claim_group_members_group_id_claim_id ON claim_group_members (group_id, claim_id)
CREATE TABLE claim_tags (
	claim_id CHAR(32) NOT NULL
	tag VARCHAR NOT NULL
	CONSTRAINT fk_claim_tags_claim_id_claims FOREIGN KEY(claim_id) REFERENCES claims (id)
	CONSTRAINT pk_claim_tags PRIMARY KEY (claim_id, tag)
)
CREATE INDEX ix_claim_tags_tag_claim_id ON claim_tags (tag, claim_id)
CREATE TABLE claim_terms (
	number INTEGER NOT NULL
	claim_id CHAR(32) NOT NULL
	terms VARCHAR NOT NULL
	version INTEGER NOT NULL
	CONSTRAINT fk_claim_terms_claim_id_claims FOREIGN KEY(claim_id) REFERENCES claims (id)
	CONSTRAINT pk_claim_terms PRIMARY KEY (number)
	CONSTRAINT uq_claim_terms_claim_id UNIQUE (claim_id)
)
CREATE INDEX ix_claim_terms_version_number ON claim_terms (version, number)
CREATE TRIGGER claim_terms_on_delete AFTER DELETE ON claim_terms BEGIN INSERT INTO claim_terms_fts (claim_terms_fts, rowid, terms) VALUES ('delete', old.number, old.terms); END
CREATE TRIGGER claim_terms_on_insert AFTER INSERT ON claim_terms BEGIN INSERT INTO claim_terms_fts (rowid, terms) VALUES (new.number, new.terms); END
CREATE TRIGGER claim_terms_on_update AFTER UPDATE OF terms ON claim_terms BEGIN INSERT INTO claim_terms_fts (claim_terms_fts, rowid, terms) VALUES ('delete', old.number, old.terms);INSERT INTO claim_terms_fts (rowid, terms) VALUES (new.number, new.terms); END
CREATE VIRTUAL TABLE claim_terms_fts USING fts5(terms, content='claim_terms', content_rowid='number', tokenize="ascii tokenchars '._,%'")
CREATE TABLE claim_vectors (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT
	number INTEGER NOT NULL
	model VARCHAR NOT NULL
	vector BLOB NOT NULL
	code BLOB NOT NULL
	CONSTRAINT fk_claim_vectors_number_claim_terms FOREIGN KEY(number) REFERENCES claim_terms (number)
	CONSTRAINT uq_claim_vectors_number UNIQUE (number)
)
CREATE TABLE claims (
	article_id CHAR(32) NOT NULL
	exact VARCHAR NOT NULL
	prefix VARCHAR NOT NULL
	suffix VARCHAR NOT NULL
	start_offset INTEGER NOT NULL
	end_offset INTEGER NOT NULL
	statement VARCHAR NOT NULL
	edition INTEGER NOT NULL
	gone_since INTEGER
	fingerprint VARCHAR NOT NULL
	claimant VARCHAR
	claimant_domains JSON NOT NULL
	said_on VARCHAR
	language VARCHAR
	added_by_id CHAR(32) NOT NULL
	status VARCHAR(10) NOT NULL
	status_since DATETIME NOT NULL
	withdrawn_at DATETIME
	withdrawn_reason VARCHAR
	version INTEGER NOT NULL
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL, status_exception VARCHAR, status_one_person BOOLEAN
	CONSTRAINT ck_claims_ck_claims_span CHECK (start_offset >= 0 AND end_offset > start_offset)
	CONSTRAINT ck_claims_status CHECK (status IN ('confirmed', 'unverified', 'disputed'))
	CONSTRAINT fk_claims_added_by_id_contributors FOREIGN KEY(added_by_id) REFERENCES contributors (id)
	CONSTRAINT fk_claims_article_id_articles FOREIGN KEY(article_id) REFERENCES articles (id)
	CONSTRAINT pk_claims PRIMARY KEY (id)
)
CREATE INDEX ix_claims_article_id_id ON claims (article_id, id)
CREATE INDEX ix_claims_claimant_id ON claims (claimant, id)
CREATE INDEX ix_claims_language_id ON claims (language, id)
CREATE INDEX ix_claims_status_id ON claims (status, id)
CREATE UNIQUE INDEX uq_claims_article_id_fingerprint ON claims (article_id, fingerprint) WHERE withdrawn_at IS NULL
CREATE TABLE contact_attempts (
	claim_id CHAR(32) NOT NULL
	asked VARCHAR NOT NULL
	asked_at VARCHAR NOT NULL
	outcome VARCHAR(9) NOT NULL
	reply VARCHAR
	recorded_by_id CHAR(32) NOT NULL
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL
	CONSTRAINT ck_contact_attempts_outcome CHECK (outcome IN ('answered', 'declined', 'no_answer'))
	CONSTRAINT fk_contact_attempts_claim_id_claims FOREIGN KEY(claim_id) REFERENCES claims (id)
	CONSTRAINT fk_contact_attempts_recorded_by_id_contributors FOREIGN KEY(recorded_by_id) REFERENCES contributors (id)
	CONSTRAINT pk_contact_attempts PRIMARY KEY (id)
)
CREATE INDEX ix_contact_attempts_claim_id_id ON contact_attempts (claim_id, id)
CREATE TRIGGER contact_attempts_refuses_delete BEFORE DELETE ON contact_attempts BEGIN SELECT RAISE(ABORT, 'contact_attempts is append-only'); END
CREATE TRIGGER contact_attempts_refuses_update BEFORE UPDATE ON contact_attempts BEGIN SELECT RAISE(ABORT, 'contact_attempts is append-only'); END
CREATE TABLE contributors (
	name VARCHAR NOT NULL
	role VARCHAR(11) NOT NULL
	active BOOLEAN NOT NULL
	salt VARCHAR NOT NULL
	version INTEGER NOT NULL
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL, erased_at DATETIME
	CONSTRAINT ck_contributors_role CHECK (role IN ('contributor', 'reviewer', 'admin'))
	CONSTRAINT pk_contributors PRIMARY KEY (id)
)
CREATE TABLE corrections (
	claim_id CHAR(32) NOT NULL
	verdict_id CHAR(32)
	wrong VARCHAR NOT NULL
	"right" VARCHAR NOT NULL
	reason VARCHAR NOT NULL
	corrected_by_id CHAR(32) NOT NULL
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL
	CONSTRAINT fk_corrections_claim_id_claims FOREIGN KEY(claim_id) REFERENCES claims (id)
	CONSTRAINT fk_corrections_corrected_by_id_contributors FOREIGN KEY(corrected_by_id) REFERENCES contributors (id)
	CONSTRAINT fk_corrections_verdict_id_verdicts FOREIGN KEY(verdict_id) REFERENCES verdicts (id)
	CONSTRAINT pk_corrections PRIMARY KEY (id)
)
CREATE INDEX ix_corrections_claim_id_id ON corrections (claim_id, id)
CREATE INDEX ix_corrections_created_at_id ON corrections (created_at, id)
CREATE TRIGGER corrections_refuses_delete BEFORE DELETE ON corrections BEGIN SELECT RAISE(ABORT, 'corrections is append-only'); END
CREATE TRIGGER corrections_refuses_update BEFORE UPDATE ON corrections BEGIN SELECT RAISE(ABORT, 'corrections is append-only'); END
CREATE TABLE deliveries (
	subscription_id CHAR(32) NOT NULL
	event_id CHAR(32) NOT NULL
	type VARCHAR NOT NULL
	body VARCHAR NOT NULL
	state VARCHAR(9) NOT NULL
	failures INTEGER NOT NULL
	due_at DATETIME
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL
	CONSTRAINT ck_deliveries_ck_deliveries_due CHECK ((state = 'pending') = (due_at IS NOT NULL))
	CONSTRAINT ck_deliveries_deliverystate CHECK (state IN ('pending', 'delivered', 'failed'))
	CONSTRAINT fk_deliveries_subscription_id_subscriptions FOREIGN KEY(subscription_id) REFERENCES subscriptions (id)
	CONSTRAINT pk_deliveries PRIMARY KEY (id)
	CONSTRAINT uq_deliveries_subscription_id_event_id UNIQUE (subscription_id, event_id)
)
CREATE INDEX ix_deliveries_created_at ON deliveries (created_at)
CREATE INDEX ix_deliveries_subscription_id_due_at ON deliveries (subscription_id, due_at)
CREATE INDEX ix_deliveries_subscription_id_id ON deliveries (subscription_id, id)
CREATE TABLE delivery_attempts (
	delivery_id CHAR(32) NOT NULL
	status INTEGER
	reason VARCHAR
	seconds DOUBLE NOT NULL
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL
	CONSTRAINT fk_delivery_attempts_delivery_id_deliveries FOREIGN KEY(delivery_id) REFERENCES deliveries (id)
	CONSTRAINT pk_delivery_attempts PRIMARY KEY (id)
)
CREATE INDEX ix_delivery_attempts_delivery_id ON delivery_attempts (delivery_id)
CREATE TABLE editions (
	article_id CHAR(32) NOT NULL
	number INTEGER NOT NULL
	title VARCHAR NOT NULL
	modified_at VARCHAR
	retrieved_at DATETIME NOT NULL
	text VARCHAR NOT NULL
	text_sha256 VARCHAR NOT NULL
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL
	CONSTRAINT fk_editions_article_id_articles FOREIGN KEY(article_id) REFERENCES articles (id)
	CONSTRAINT pk_editions PRIMARY KEY (id)
	CONSTRAINT uq_editions_article_id_number UNIQUE (article_id, number)
)
CREATE TRIGGER editions_refuses_delete BEFORE DELETE ON editions BEGIN SELECT RAISE(ABORT, 'editions is append-only'); END
CREATE TRIGGER editions_refuses_update BEFORE UPDATE ON editions BEGIN SELECT RAISE(ABORT, 'editions is append-only'); END
CREATE TABLE evidence (
	claim_id CHAR(32) NOT NULL
	source_id CHAR(32) NOT NULL
	source_url VARCHAR NOT NULL
	quote VARCHAR NOT NULL
	fingerprint VARCHAR NOT NULL
	prefix VARCHAR NOT NULL
	suffix VARCHAR NOT NULL
	stance VARCHAR(8) NOT NULL
	kind VARCHAR(9) NOT NULL
	note VARCHAR
	published_at VARCHAR
	interests VARCHAR
	submitted_by_id CHAR(32) NOT NULL
	state VARCHAR(18) NOT NULL
	state_reason VARCHAR
	attempts INTEGER NOT NULL
	examined_at DATETIME
	snapshot_id CHAR(32)
	found_start INTEGER
	found_end INTEGER
	found_level VARCHAR
	origin_features JSON
	group_number INTEGER
	group_reasons JSON
	independent BOOLEAN
	not_independent_reason VARCHAR
	review VARCHAR(8)
	review_reason VARCHAR(22)
	review_note VARCHAR
	reviewed_at DATETIME
	retracted_at DATETIME
	retraction_reason VARCHAR
	version INTEGER NOT NULL
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL, stale_since DATETIME, findings JSON
	CONSTRAINT ck_evidence_kind CHECK (kind IN ('primary', 'secondary'))
	CONSTRAINT ck_evidence_rejectionreason CHECK (review_reason IN ('misquotation', 'unsupported_conclusion', 'selective_omission', 'data_staleness', 'source_contradiction', 'off_topic', 'duplicate'))
	CONSTRAINT ck_evidence_review CHECK (review IN ('accepted', 'rejected'))
	CONSTRAINT ck_evidence_stance CHECK (stance IN ('supports', 'disputes', 'context'))
	CONSTRAINT ck_evidence_state CHECK (state IN ('pending', 'quote_verified', 'quote_absent', 'source_unavailable'))
	CONSTRAINT fk_evidence_claim_id_claims FOREIGN KEY(claim_id) REFERENCES claims (id)
	CONSTRAINT fk_evidence_snapshot_id_snapshots FOREIGN KEY(snapshot_id) REFERENCES snapshots (id)
	CONSTRAINT fk_evidence_source_id_sources FOREIGN KEY(source_id) REFERENCES sources (id)
	CONSTRAINT fk_evidence_submitted_by_id_contributors FOREIGN KEY(submitted_by_id) REFERENCES contributors (id)
	CONSTRAINT pk_evidence PRIMARY KEY (id)
)
CREATE INDEX ix_evidence_claim_id_id ON evidence (claim_id, id)
CREATE INDEX ix_evidence_source_id_id ON evidence (source_id, id)
CREATE UNIQUE INDEX uq_evidence_claim_id_fingerprint ON evidence (claim_id, fingerprint) WHERE retracted_at IS NULL
CREATE TABLE fanout_cursor (
	id INTEGER NOT NULL
	position BIGINT NOT NULL
	CONSTRAINT ck_fanout_cursor_ck_fanout_cursor_one_row CHECK (id = 1)
	CONSTRAINT pk_fanout_cursor PRIMARY KEY (id)
)
CREATE TABLE group_rulings (
	claim_id CHAR(32) NOT NULL
	decision VARCHAR(5) NOT NULL
	item_id CHAR(32) NOT NULL
	other_id CHAR(32) NOT NULL
	reason VARCHAR NOT NULL
	decided_by_id CHAR(32) NOT NULL
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL
	CONSTRAINT ck_group_rulings_decision CHECK (decision IN ('join', 'split'))
	CONSTRAINT fk_group_rulings_claim_id_claims FOREIGN KEY(claim_id) REFERENCES claims (id)
	CONSTRAINT fk_group_rulings_decided_by_id_contributors FOREIGN KEY(decided_by_id) REFERENCES contributors (id)
	CONSTRAINT fk_group_rulings_item_id_evidence FOREIGN KEY(item_id) REFERENCES evidence (id)
	CONSTRAINT fk_group_rulings_other_id_evidence FOREIGN KEY(other_id) REFERENCES evidence (id)
	CONSTRAINT pk_group_rulings PRIMARY KEY (id)
)
CREATE INDEX ix_group_rulings_claim_id_id ON group_rulings (claim_id, id)
CREATE TRIGGER group_rulings_refuses_delete BEFORE DELETE ON group_rulings BEGIN SELECT RAISE(ABORT, 'group_rulings is append-only'); END
CREATE TRIGGER group_rulings_refuses_update BEFORE UPDATE ON group_rulings BEGIN SELECT RAISE(ABORT, 'group_rulings is append-only'); END
CREATE TABLE hosts (
	name VARCHAR NOT NULL
	free_at DATETIME NOT NULL
	due_at DATETIME
	CONSTRAINT pk_hosts PRIMARY KEY (name)
)
CREATE INDEX ix_hosts_due_at ON hosts (due_at)
CREATE TABLE idempotent_answers (
	caller VARCHAR NOT NULL
	"key" VARCHAR NOT NULL
	created_at DATETIME NOT NULL
	fingerprint VARCHAR NOT NULL
	status INTEGER NOT NULL
	headers JSON NOT NULL
	body BLOB
	CONSTRAINT pk_idempotent_answers PRIMARY KEY (caller, "key")
)
CREATE TABLE import_refusals (
	import_id CHAR(32) NOT NULL
	item INTEGER NOT NULL
	url VARCHAR
	code VARCHAR NOT NULL
	reason VARCHAR NOT NULL
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL
	CONSTRAINT fk_import_refusals_import_id_imports FOREIGN KEY(import_id) REFERENCES imports (id)
	CONSTRAINT pk_import_refusals PRIMARY KEY (id)
)
CREATE INDEX ix_import_refusals_import_id_id ON import_refusals (import_id, id)
CREATE TABLE imported_reviews (
	import_id CHAR(32) NOT NULL
	evidence_id CHAR(32) NOT NULL
	claim_id CHAR(32) NOT NULL
	fingerprint VARCHAR NOT NULL
	claim_key VARCHAR NOT NULL
	rating VARCHAR
	reading VARCHAR(8) NOT NULL
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL
	CONSTRAINT ck_imported_reviews_reading CHECK (reading IN ('supports', 'disputes', 'context', 'unmapped'))
	CONSTRAINT fk_imported_reviews_claim_id_claims FOREIGN KEY(claim_id) REFERENCES claims (id)
	CONSTRAINT fk_imported_reviews_evidence_id_evidence FOREIGN KEY(evidence_id) REFERENCES evidence (id)
	CONSTRAINT fk_imported_reviews_import_id_imports FOREIGN KEY(import_id) REFERENCES imports (id)
	CONSTRAINT pk_imported_reviews PRIMARY KEY (id)
	CONSTRAINT uq_imported_reviews_fingerprint UNIQUE (fingerprint)
)
CREATE INDEX ix_imported_reviews_claim_id ON imported_reviews (claim_id)
CREATE INDEX ix_imported_reviews_claim_key ON imported_reviews (claim_key)
CREATE TABLE imports (
	by_id CHAR(32) NOT NULL
	url VARCHAR
	content_sha256 VARCHAR
	content_type VARCHAR
	state VARCHAR(7) NOT NULL
	reason VARCHAR
	finished_at DATETIME
	items INTEGER NOT NULL
	added INTEGER NOT NULL
	known INTEGER NOT NULL
	refused INTEGER NOT NULL
	unmapped INTEGER NOT NULL
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL
	CONSTRAINT ck_imports_importstate CHECK (state IN ('running', 'done', 'failed'))
	CONSTRAINT fk_imports_by_id_contributors FOREIGN KEY(by_id) REFERENCES contributors (id)
	CONSTRAINT pk_imports PRIMARY KEY (id)
)
CREATE TABLE interests (
	claim_id CHAR(32) NOT NULL
	interest VARCHAR NOT NULL
	declared_by_id CHAR(32) NOT NULL
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL
	CONSTRAINT fk_interests_claim_id_claims FOREIGN KEY(claim_id) REFERENCES claims (id)
	CONSTRAINT fk_interests_declared_by_id_contributors FOREIGN KEY(declared_by_id) REFERENCES contributors (id)
	CONSTRAINT pk_interests PRIMARY KEY (id)
)
CREATE INDEX ix_interests_claim_id_id ON interests (claim_id, id)
CREATE TRIGGER interests_refuses_delete BEFORE DELETE ON interests BEGIN SELECT RAISE(ABORT, 'interests is append-only'); END
CREATE TRIGGER interests_refuses_update BEFORE UPDATE ON interests BEGIN SELECT RAISE(ABORT, 'interests is append-only'); END
CREATE TABLE log_entries (
	leaf_index INTEGER NOT NULL
	verdict_id CHAR(32) NOT NULL
	CONSTRAINT fk_log_entries_verdict_id_verdicts FOREIGN KEY(verdict_id) REFERENCES verdicts (id)
	CONSTRAINT pk_log_entries PRIMARY KEY (leaf_index)
	CONSTRAINT uq_log_entries_verdict_id UNIQUE (verdict_id)
)
CREATE TRIGGER log_entries_refuses_delete BEFORE DELETE ON log_entries BEGIN SELECT RAISE(ABORT, 'log_entries is append-only'); END
CREATE TRIGGER log_entries_refuses_update BEFORE UPDATE ON log_entries BEGIN SELECT RAISE(ABORT, 'log_entries is append-only'); END
CREATE TABLE log_heads (
	number INTEGER NOT NULL
	size BIGINT NOT NULL
	signed_at DATETIME NOT NULL
	note VARCHAR NOT NULL
	CONSTRAINT pk_log_heads PRIMARY KEY (number)
)
CREATE TRIGGER log_heads_refuses_delete BEFORE DELETE ON log_heads BEGIN SELECT RAISE(ABORT, 'log_heads is append-only'); END
CREATE TRIGGER log_heads_refuses_update BEFORE UPDATE ON log_heads BEGIN SELECT RAISE(ABORT, 'log_heads is append-only'); END
CREATE TABLE log_nodes (
	position INTEGER NOT NULL
	hash BLOB NOT NULL
	CONSTRAINT pk_log_nodes PRIMARY KEY (position)
)
CREATE TRIGGER log_nodes_refuses_delete BEFORE DELETE ON log_nodes BEGIN SELECT RAISE(ABORT, 'log_nodes is append-only'); END
CREATE TRIGGER log_nodes_refuses_update BEFORE UPDATE ON log_nodes BEGIN SELECT RAISE(ABORT, 'log_nodes is append-only'); END
CREATE TABLE log_queue (
	verdict_id CHAR(32) NOT NULL
	CONSTRAINT fk_log_queue_verdict_id_verdicts FOREIGN KEY(verdict_id) REFERENCES verdicts (id)
	CONSTRAINT pk_log_queue PRIMARY KEY (verdict_id)
)
CREATE TABLE opinions (
	claim_id CHAR(32) NOT NULL
	status VARCHAR(10) NOT NULL
	finding VARCHAR
	reasons VARCHAR NOT NULL
	exception VARCHAR
	evidence JSON NOT NULL
	basis VARCHAR NOT NULL
	given_by_id CHAR(32) NOT NULL
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL, cites_id CHAR(32)
	CONSTRAINT ck_opinions_ck_opinions_takes_two CHECK (status <> 'unverified')
	CONSTRAINT ck_opinions_status CHECK (status IN ('confirmed', 'unverified', 'disputed'))
	CONSTRAINT fk_opinions_claim_id_claims FOREIGN KEY(claim_id) REFERENCES claims (id)
	CONSTRAINT fk_opinions_given_by_id_contributors FOREIGN KEY(given_by_id) REFERENCES contributors (id)
	CONSTRAINT pk_opinions PRIMARY KEY (id)
	CONSTRAINT uq_opinions_claim_id_basis_given_by_id UNIQUE (claim_id, basis, given_by_id)
)
CREATE INDEX ix_opinions_given_by_id_id ON opinions (given_by_id, id)
CREATE TRIGGER opinions_refuses_delete BEFORE DELETE ON opinions BEGIN SELECT RAISE(ABORT, 'opinions is append-only'); END
CREATE TRIGGER opinions_refuses_update BEFORE UPDATE ON opinions BEGIN SELECT RAISE(ABORT, 'opinions is append-only'); END
CREATE TABLE outboxes (
	subscription_id CHAR(32) NOT NULL
	free_at DATETIME NOT NULL
	due_at DATETIME
	CONSTRAINT fk_outboxes_subscription_id_subscriptions FOREIGN KEY(subscription_id) REFERENCES subscriptions (id)
	CONSTRAINT pk_outboxes PRIMARY KEY (subscription_id)
)
CREATE INDEX ix_outboxes_due_at ON outboxes (due_at)
CREATE TABLE quote_digests (
	claim_id CHAR(32) NOT NULL
	digest BLOB NOT NULL
	CONSTRAINT fk_quote_digests_claim_id_claims FOREIGN KEY(claim_id) REFERENCES claims (id)
	CONSTRAINT pk_quote_digests PRIMARY KEY (claim_id, digest)
)
CREATE INDEX ix_quote_digests_digest_claim_id ON quote_digests (digest, claim_id)
CREATE TABLE recheck_schedules (
	evidence_id CHAR(32) NOT NULL
	host VARCHAR NOT NULL
	due_at DATETIME NOT NULL
	dates INTEGER NOT NULL
	failures INTEGER NOT NULL
	missing_since DATETIME
	asked_by_id CHAR(32)
	CONSTRAINT fk_recheck_schedules_asked_by_id_contributors FOREIGN KEY(asked_by_id) REFERENCES contributors (id)
	CONSTRAINT fk_recheck_schedules_evidence_id_evidence FOREIGN KEY(evidence_id) REFERENCES evidence (id)
	CONSTRAINT fk_recheck_schedules_host_hosts FOREIGN KEY(host) REFERENCES hosts (name)
	CONSTRAINT pk_recheck_schedules PRIMARY KEY (evidence_id)
)
CREATE INDEX ix_recheck_schedules_host_due_at ON recheck_schedules (host, due_at)
CREATE TABLE rechecks (
	evidence_id CHAR(32) NOT NULL
	outcome VARCHAR(17) NOT NULL
	reason VARCHAR
	status INTEGER
	snapshot_id CHAR(32)
	asked_by_id CHAR(32)
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL
	CONSTRAINT ck_rechecks_outcome CHECK (outcome IN ('unchanged', 'quote_still_there', 'quote_gone', 'source_missing', 'source_gone', 'unreachable'))
	CONSTRAINT fk_rechecks_asked_by_id_contributors FOREIGN KEY(asked_by_id) REFERENCES contributors (id)
	CONSTRAINT fk_rechecks_evidence_id_evidence FOREIGN KEY(evidence_id) REFERENCES evidence (id)
	CONSTRAINT fk_rechecks_snapshot_id_snapshots FOREIGN KEY(snapshot_id) REFERENCES snapshots (id)
	CONSTRAINT pk_rechecks PRIMARY KEY (id)
)
CREATE INDEX ix_rechecks_evidence_id_id ON rechecks (evidence_id, id)
CREATE TRIGGER rechecks_refuses_delete BEFORE DELETE ON rechecks BEGIN SELECT RAISE(ABORT, 'rechecks is append-only'); END
CREATE TRIGGER rechecks_refuses_update BEFORE UPDATE ON rechecks BEGIN SELECT RAISE(ABORT, 'rechecks is append-only'); END
CREATE TABLE snapshots (
	requested_url VARCHAR NOT NULL
	final_url VARCHAR NOT NULL
	redirects JSON NOT NULL
	status INTEGER NOT NULL
	content_type VARCHAR NOT NULL
	headers JSON NOT NULL
	retrieved_at DATETIME NOT NULL
	sha256 VARCHAR NOT NULL
	byte_length INTEGER NOT NULL
	text VARCHAR NOT NULL
	text_sha256 VARCHAR NOT NULL
	stand_in BOOLEAN NOT NULL
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL, request BLOB, http_version VARCHAR, reason VARCHAR, payload_sha256 VARCHAR
	CONSTRAINT pk_snapshots PRIMARY KEY (id)
)
CREATE INDEX ix_snapshots_sha256 ON snapshots (sha256)
CREATE TRIGGER snapshots_refuses_delete BEFORE DELETE ON snapshots BEGIN SELECT RAISE(ABORT, 'snapshots is append-only'); END
CREATE TRIGGER snapshots_refuses_update BEFORE UPDATE ON snapshots BEGIN SELECT RAISE(ABORT, 'snapshots is append-only'); END
CREATE TABLE sources (
	domain VARCHAR NOT NULL
	name VARCHAR NOT NULL
	owner VARCHAR
	kind VARCHAR(9) NOT NULL
	interests VARCHAR
	version INTEGER NOT NULL
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL
	CONSTRAINT ck_sources_sourcekind CHECK (kind IN ('primary', 'secondary', 'wire', 'social', 'archive'))
	CONSTRAINT pk_sources PRIMARY KEY (id)
	CONSTRAINT uq_sources_domain UNIQUE (domain)
)
CREATE TABLE status_documents (
	claim_id CHAR(32) NOT NULL
	basis VARCHAR NOT NULL
	etag VARCHAR NOT NULL
	body BLOB NOT NULL
	CONSTRAINT fk_status_documents_claim_id_claims FOREIGN KEY(claim_id) REFERENCES claims (id)
	CONSTRAINT pk_status_documents PRIMARY KEY (claim_id)
)
CREATE TABLE subscriptions (
	owner_id CHAR(32) NOT NULL
	url VARCHAR NOT NULL
	types JSON NOT NULL
	tag VARCHAR
	publisher VARCHAR
	status VARCHAR(10)
	after_position BIGINT NOT NULL
	disabled_at DATETIME
	disabled_reason VARCHAR
	version INTEGER NOT NULL
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL
	CONSTRAINT ck_subscriptions_status CHECK (status IN ('confirmed', 'unverified', 'disputed'))
	CONSTRAINT fk_subscriptions_owner_id_contributors FOREIGN KEY(owner_id) REFERENCES contributors (id)
	CONSTRAINT pk_subscriptions PRIMARY KEY (id)
)
CREATE INDEX ix_subscriptions_owner_id_id ON subscriptions (owner_id, id)
CREATE TABLE suggestions (
	evidence_id CHAR(32) NOT NULL
	provider VARCHAR NOT NULL
	asked_model VARCHAR NOT NULL
	prompt_sha256 VARCHAR NOT NULL
	text_sha256 VARCHAR NOT NULL
	outcome VARCHAR(11) NOT NULL
	model VARCHAR
	stance VARCHAR(8)
	rationale VARCHAR
	reason VARCHAR
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL
	CONSTRAINT ck_suggestions_outcome CHECK (outcome IN ('suggested', 'unparsable', 'refused', 'unavailable'))
	CONSTRAINT ck_suggestions_reason CHECK ((outcome = 'suggested') = (reason IS NULL))
	CONSTRAINT ck_suggestions_stance CHECK (stance IN ('supports', 'disputes', 'context'))
	CONSTRAINT ck_suggestions_suggested CHECK ((outcome = 'suggested') = (stance IS NOT NULL AND rationale IS NOT NULL AND model IS NOT NULL))
	CONSTRAINT fk_suggestions_evidence_id_evidence FOREIGN KEY(evidence_id) REFERENCES evidence (id)
	CONSTRAINT pk_suggestions PRIMARY KEY (id)
)
CREATE INDEX ix_suggestions_evidence_id_id ON suggestions (evidence_id, id)
CREATE UNIQUE INDEX uq_suggestions_answered ON suggestions (evidence_id, text_sha256, prompt_sha256, provider, asked_model) WHERE outcome != 'unavailable'
CREATE TRIGGER suggestions_refuses_delete BEFORE DELETE ON suggestions BEGIN SELECT RAISE(ABORT, 'suggestions is append-only'); END
CREATE TRIGGER suggestions_refuses_update BEFORE UPDATE ON suggestions BEGIN SELECT RAISE(ABORT, 'suggestions is append-only'); END
CREATE TABLE term_counts (
	term VARCHAR NOT NULL
	claims INTEGER NOT NULL
	CONSTRAINT pk_term_counts PRIMARY KEY (term)
)
CREATE TABLE verdicts (
	claim_id CHAR(32) NOT NULL
	number INTEGER NOT NULL
	status VARCHAR(10) NOT NULL
	finding VARCHAR
	reasons VARCHAR NOT NULL
	exception VARCHAR
	one_person BOOLEAN NOT NULL
	decided_by_id CHAR(32)
	decided_at DATETIME NOT NULL
	previous_hash VARCHAR
	hash VARCHAR NOT NULL
	record VARCHAR NOT NULL
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL, opinion_id CHAR(32) REFERENCES opinions (id), cites_id CHAR(32) REFERENCES verdicts (id)
	CONSTRAINT ck_verdicts_ck_verdicts_number CHECK (number > 0)
	CONSTRAINT ck_verdicts_ck_verdicts_only_people_decide CHECK (decided_by_id IS NOT NULL OR status = 'unverified')
	CONSTRAINT ck_verdicts_status CHECK (status IN ('confirmed', 'unverified', 'disputed'))
	CONSTRAINT fk_verdicts_claim_id_claims FOREIGN KEY(claim_id) REFERENCES claims (id)
	CONSTRAINT fk_verdicts_decided_by_id_contributors FOREIGN KEY(decided_by_id) REFERENCES contributors (id)
	CONSTRAINT pk_verdicts PRIMARY KEY (id)
	CONSTRAINT uq_verdicts_claim_id_number UNIQUE (claim_id, number)
	CONSTRAINT uq_verdicts_hash UNIQUE (hash)
)
CREATE INDEX ix_verdicts_cites_id ON verdicts (cites_id)
CREATE UNIQUE INDEX uq_verdicts_opinion_id ON verdicts (opinion_id)
CREATE TRIGGER verdicts_refuses_delete BEFORE DELETE ON verdicts BEGIN SELECT RAISE(ABORT, 'verdicts is append-only'); END
CREATE TRIGGER verdicts_refuses_update BEFORE UPDATE ON verdicts BEGIN SELECT RAISE(ABORT, 'verdicts is append-only'); END
CREATE TABLE web_sessions (
	digest VARCHAR NOT NULL
	key_id CHAR(32) NOT NULL
	begun_at DATETIME NOT NULL
	ends_at DATETIME NOT NULL
	CONSTRAINT fk_web_sessions_key_id_api_keys FOREIGN KEY(key_id) REFERENCES api_keys (id)
	CONSTRAINT pk_web_sessions PRIMARY KEY (digest)
)
CREATE INDEX ix_web_sessions_ends_at ON web_sessions (ends_at)
CREATE INDEX ix_web_sessions_key_id ON web_sessions (key_id)
CREATE TABLE webhook_secrets (
	subscription_id CHAR(32) NOT NULL
	value BLOB NOT NULL
	ends_at DATETIME
	id CHAR(32) NOT NULL
	created_at DATETIME NOT NULL
	CONSTRAINT fk_webhook_secrets_subscription_id_subscriptions FOREIGN KEY(subscription_id) REFERENCES subscriptions (id)
	CONSTRAINT pk_webhook_secrets PRIMARY KEY (id)
)
CREATE INDEX ix_webhook_secrets_subscription_id ON webhook_secrets (subscription_id)
CREATE TABLE workers (
	id VARCHAR NOT NULL
	seen_at DATETIME NOT NULL
	CONSTRAINT pk_workers PRIMARY KEY (id)
)
