TABLE alembic_version COLUMN version_num character varying(32) NOT NULL
TABLE alembic_version CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
CREATE UNIQUE INDEX alembic_version_pkc ON public.alembic_version USING btree (version_num)
TABLE api_keys COLUMN contributor_id uuid NOT NULL
TABLE api_keys COLUMN created_at timestamp with time zone NOT NULL
TABLE api_keys COLUMN digest character varying NOT NULL
TABLE api_keys COLUMN expires_at timestamp with time zone
TABLE api_keys COLUMN id uuid NOT NULL
TABLE api_keys COLUMN last_used_at timestamp with time zone
TABLE api_keys COLUMN prefix character varying NOT NULL
TABLE api_keys COLUMN revoked_at timestamp with time zone
TABLE api_keys CONSTRAINT fk_api_keys_contributor_id_contributors FOREIGN KEY (contributor_id) REFERENCES contributors(id)
TABLE api_keys CONSTRAINT pk_api_keys PRIMARY KEY (id)
TABLE api_keys CONSTRAINT uq_api_keys_digest UNIQUE (digest)
CREATE INDEX ix_api_keys_contributor_id ON public.api_keys USING btree (contributor_id)
CREATE UNIQUE INDEX pk_api_keys ON public.api_keys USING btree (id)
CREATE UNIQUE INDEX uq_api_keys_digest ON public.api_keys USING btree (digest)
TABLE appeal_contacts COLUMN appeal_id uuid NOT NULL
TABLE appeal_contacts COLUMN contact character varying
TABLE appeal_contacts CONSTRAINT fk_appeal_contacts_appeal_id_appeals FOREIGN KEY (appeal_id) REFERENCES appeals(id)
TABLE appeal_contacts CONSTRAINT pk_appeal_contacts PRIMARY KEY (appeal_id)
CREATE UNIQUE INDEX pk_appeal_contacts ON public.appeal_contacts USING btree (appeal_id)
TABLE appeals COLUMN answer character varying
TABLE appeals COLUMN answered_at timestamp with time zone
TABLE appeals COLUMN answered_by_id uuid
TABLE appeals COLUMN claim_id uuid NOT NULL
TABLE appeals COLUMN created_at timestamp with time zone NOT NULL
TABLE appeals COLUMN id uuid NOT NULL
TABLE appeals COLUMN one_person boolean NOT NULL
TABLE appeals COLUMN state character varying(8) NOT NULL
TABLE appeals COLUMN text character varying NOT NULL
TABLE appeals COLUMN verdict_id uuid
TABLE appeals COLUMN version integer NOT NULL
TABLE appeals CONSTRAINT ck_appeals_appealstate CHECK (((state)::text = ANY ((ARRAY['open'::character varying, 'upheld'::character varying, 'declined'::character varying])::text[])))
TABLE appeals CONSTRAINT ck_appeals_ck_appeals_answered CHECK (((((state)::text = 'open'::text) = (answer IS NULL)) AND (((state)::text = 'open'::text) = (answered_at IS NULL)) AND (((state)::text = 'open'::text) = (answered_by_id IS NULL))))
TABLE appeals CONSTRAINT fk_appeals_answered_by_id_contributors FOREIGN KEY (answered_by_id) REFERENCES contributors(id)
TABLE appeals CONSTRAINT fk_appeals_claim_id_claims FOREIGN KEY (claim_id) REFERENCES claims(id)
TABLE appeals CONSTRAINT fk_appeals_verdict_id_verdicts FOREIGN KEY (verdict_id) REFERENCES verdicts(id)
TABLE appeals CONSTRAINT pk_appeals PRIMARY KEY (id)
CREATE INDEX ix_appeals_claim_id_id ON public.appeals USING btree (claim_id, id)
CREATE INDEX ix_appeals_state_id ON public.appeals USING btree (state, id)
CREATE UNIQUE INDEX pk_appeals ON public.appeals USING btree (id)
TABLE archive_attempts COLUMN attempts integer NOT NULL
TABLE archive_attempts COLUMN captured_at timestamp with time zone
TABLE archive_attempts COLUMN created_at timestamp with time zone NOT NULL
TABLE archive_attempts COLUMN id uuid NOT NULL
TABLE archive_attempts COLUMN job_id character varying
TABLE archive_attempts COLUMN reason character varying
TABLE archive_attempts COLUMN snapshot_id uuid NOT NULL
TABLE archive_attempts COLUMN state character varying(8) NOT NULL
TABLE archive_attempts COLUMN tried_at timestamp with time zone
TABLE archive_attempts COLUMN url character varying
TABLE archive_attempts CONSTRAINT ck_archive_attempts_archivestate CHECK (((state)::text = ANY ((ARRAY['asked'::character varying, 'archived'::character varying, 'failed'::character varying])::text[])))
TABLE archive_attempts CONSTRAINT fk_archive_attempts_snapshot_id_snapshots FOREIGN KEY (snapshot_id) REFERENCES snapshots(id)
TABLE archive_attempts CONSTRAINT pk_archive_attempts PRIMARY KEY (id)
TABLE archive_attempts CONSTRAINT uq_archive_attempts_snapshot_id UNIQUE (snapshot_id)
CREATE UNIQUE INDEX pk_archive_attempts ON public.archive_attempts USING btree (id)
CREATE UNIQUE INDEX uq_archive_attempts_snapshot_id ON public.archive_attempts USING btree (snapshot_id)
TABLE articles COLUMN added_by_id uuid NOT NULL
TABLE articles COLUMN author character varying
TABLE articles COLUMN body character varying
TABLE articles COLUMN canonical_url character varying
TABLE articles COLUMN created_at timestamp with time zone NOT NULL
TABLE articles COLUMN edition integer NOT NULL
TABLE articles COLUMN id uuid NOT NULL
TABLE articles COLUMN language character varying
TABLE articles COLUMN modified_at character varying
TABLE articles COLUMN published_at character varying
TABLE articles COLUMN retells json NOT NULL
TABLE articles COLUMN retrieved_at timestamp with time zone NOT NULL
TABLE articles COLUMN same_as uuid
TABLE articles COLUMN source_id uuid
TABLE articles COLUMN state character varying(7) NOT NULL
TABLE articles COLUMN state_reason character varying
TABLE articles COLUMN text character varying NOT NULL
TABLE articles COLUMN text_sha256 character varying NOT NULL
TABLE articles COLUMN title character varying NOT NULL
TABLE articles COLUMN url character varying
TABLE articles COLUMN version integer NOT NULL
TABLE articles CONSTRAINT ck_articles_intake CHECK (((state)::text = ANY ((ARRAY['reading'::character varying, 'ready'::character varying, 'merged'::character varying, 'failed'::character varying])::text[])))
TABLE articles CONSTRAINT fk_articles_added_by_id_contributors FOREIGN KEY (added_by_id) REFERENCES contributors(id)
TABLE articles CONSTRAINT fk_articles_same_as_articles FOREIGN KEY (same_as) REFERENCES articles(id)
TABLE articles CONSTRAINT fk_articles_source_id_sources FOREIGN KEY (source_id) REFERENCES sources(id)
TABLE articles CONSTRAINT pk_articles PRIMARY KEY (id)
CREATE INDEX ix_articles_canonical_url ON public.articles USING btree (canonical_url)
CREATE INDEX ix_articles_source_id ON public.articles USING btree (source_id)
CREATE INDEX ix_articles_text_sha256 ON public.articles USING btree (text_sha256)
CREATE INDEX ix_articles_url ON public.articles USING btree (url)
CREATE UNIQUE INDEX pk_articles ON public.articles USING btree (id)
TABLE audit_log COLUMN by_id uuid
TABLE audit_log COLUMN claim_id uuid NOT NULL
TABLE audit_log COLUMN created_at timestamp with time zone NOT NULL
TABLE audit_log COLUMN details json NOT NULL
TABLE audit_log COLUMN id uuid NOT NULL
TABLE audit_log COLUMN subject_id uuid NOT NULL
TABLE audit_log COLUMN what character varying(18) NOT NULL
TABLE audit_log CONSTRAINT ck_audit_log_happening CHECK (((what)::text = ANY ((ARRAY['appeal answered'::character varying, 'appeal made'::character varying, 'claim edited'::character varying, 'claim gone'::character varying, 'claim made'::character varying, 'claim moved'::character varying, 'claim withdrawn'::character varying, 'claimant asked'::character varying, 'correction made'::character varying, 'evidence accepted'::character varying, 'evidence current'::character varying, 'evidence examined'::character varying, 'evidence rejected'::character varying, 'evidence retracted'::character varying, 'evidence stale'::character varying, 'evidence submitted'::character varying, 'interest declared'::character varying, 'lines redrawn'::character varying, 'lines ruled'::character varying, 'statement joined'::character varying, 'statement left'::character varying, 'verdict given'::character varying, 'verdict withdrawn'::character varying])::text[]))) NOT VALID
TABLE audit_log CONSTRAINT fk_audit_log_by_id_contributors FOREIGN KEY (by_id) REFERENCES contributors(id)
TABLE audit_log CONSTRAINT fk_audit_log_claim_id_claims FOREIGN KEY (claim_id) REFERENCES claims(id)
TABLE audit_log CONSTRAINT pk_audit_log PRIMARY KEY (id)
CREATE INDEX ix_audit_log_claim_id_id ON public.audit_log USING btree (claim_id, id)
CREATE INDEX ix_audit_log_what_id ON public.audit_log USING btree (what, id)
CREATE UNIQUE INDEX pk_audit_log ON public.audit_log USING btree (id)
CREATE TRIGGER audit_log_refuses_changes BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
CREATE CONSTRAINT TRIGGER audit_log_takes_its_place AFTER INSERT ON public.audit_log DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION take_place()
TABLE changes COLUMN entry_id uuid NOT NULL
TABLE changes COLUMN position bigint NOT NULL
TABLE changes CONSTRAINT pk_changes PRIMARY KEY ("position")
TABLE changes CONSTRAINT uq_changes_entry_id UNIQUE (entry_id)
CREATE UNIQUE INDEX pk_changes ON public.changes USING btree ("position")
CREATE UNIQUE INDEX uq_changes_entry_id ON public.changes USING btree (entry_id)
CREATE TRIGGER changes_refuses_changes BEFORE DELETE OR UPDATE OR TRUNCATE ON public.changes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
TABLE claim_assessments COLUMN assessed_at timestamp with time zone NOT NULL
TABLE claim_assessments COLUMN claim_id uuid NOT NULL
TABLE claim_assessments COLUMN disputing_groups integer NOT NULL
TABLE claim_assessments COLUMN queue_id uuid
TABLE claim_assessments COLUMN queued_at timestamp with time zone
TABLE claim_assessments COLUMN review_reasons json NOT NULL
TABLE claim_assessments COLUMN stand_in boolean NOT NULL
TABLE claim_assessments COLUMN supported_status character varying(10) NOT NULL
TABLE claim_assessments COLUMN supporting_groups integer NOT NULL
TABLE claim_assessments COLUMN unmet json NOT NULL
TABLE claim_assessments CONSTRAINT ck_claim_assessments_status CHECK (((supported_status)::text = ANY ((ARRAY['confirmed'::character varying, 'unverified'::character varying, 'disputed'::character varying])::text[])))
TABLE claim_assessments CONSTRAINT fk_claim_assessments_claim_id_claims FOREIGN KEY (claim_id) REFERENCES claims(id)
TABLE claim_assessments CONSTRAINT pk_claim_assessments PRIMARY KEY (claim_id)
TABLE claim_assessments CONSTRAINT uq_claim_assessments_queue_id UNIQUE (queue_id)
CREATE UNIQUE INDEX pk_claim_assessments ON public.claim_assessments USING btree (claim_id)
CREATE UNIQUE INDEX uq_claim_assessments_queue_id ON public.claim_assessments USING btree (queue_id)
TABLE claim_group_members COLUMN claim_id uuid NOT NULL
TABLE claim_group_members COLUMN group_id uuid NOT NULL
TABLE claim_group_members COLUMN judged json NOT NULL
TABLE claim_group_members COLUMN since timestamp with time zone NOT NULL
TABLE claim_group_members CONSTRAINT fk_claim_group_members_claim_id_claims FOREIGN KEY (claim_id) REFERENCES claims(id)
TABLE claim_group_members CONSTRAINT pk_claim_group_members PRIMARY KEY (claim_id)
CREATE INDEX ix_claim_group_members_group_id_claim_id ON public.claim_group_members USING btree (group_id, claim_id)
CREATE UNIQUE INDEX pk_claim_group_members ON public.claim_group_members USING btree (claim_id)
TABLE claim_tags COLUMN claim_id uuid NOT NULL
TABLE claim_tags COLUMN tag character varying NOT NULL
TABLE claim_tags CONSTRAINT fk_claim_tags_claim_id_claims FOREIGN KEY (claim_id) REFERENCES claims(id)
TABLE claim_tags CONSTRAINT pk_claim_tags PRIMARY KEY (claim_id, tag)
CREATE INDEX ix_claim_tags_tag_claim_id ON public.claim_tags USING btree (tag, claim_id)
CREATE UNIQUE INDEX pk_claim_tags ON public.claim_tags USING btree (claim_id, tag)
TABLE claim_terms COLUMN claim_id uuid NOT NULL
TABLE claim_terms COLUMN number integer NOT NULL DEFAULT nextval('claim_terms_number_seq'::regclass)
TABLE claim_terms COLUMN terms tsvector NOT NULL
TABLE claim_terms COLUMN version integer NOT NULL
TABLE claim_terms CONSTRAINT fk_claim_terms_claim_id_claims FOREIGN KEY (claim_id) REFERENCES claims(id)
TABLE claim_terms CONSTRAINT pk_claim_terms PRIMARY KEY (number)
TABLE claim_terms CONSTRAINT uq_claim_terms_claim_id UNIQUE (claim_id)
CREATE INDEX ix_claim_terms_terms ON public.claim_terms USING gin (terms) WITH (fastupdate=off)
CREATE INDEX ix_claim_terms_version_number ON public.claim_terms USING btree (version, number)
CREATE UNIQUE INDEX pk_claim_terms ON public.claim_terms USING btree (number)
CREATE UNIQUE INDEX uq_claim_terms_claim_id ON public.claim_terms USING btree (claim_id)
TABLE claim_vectors COLUMN code bytea NOT NULL
TABLE claim_vectors COLUMN id integer NOT NULL DEFAULT nextval('claim_vectors_id_seq'::regclass)
TABLE claim_vectors COLUMN model character varying NOT NULL
TABLE claim_vectors COLUMN number integer NOT NULL
TABLE claim_vectors COLUMN vector bytea NOT NULL
TABLE claim_vectors CONSTRAINT fk_claim_vectors_number_claim_terms FOREIGN KEY (number) REFERENCES claim_terms(number)
TABLE claim_vectors CONSTRAINT pk_claim_vectors PRIMARY KEY (id)
TABLE claim_vectors CONSTRAINT uq_claim_vectors_number UNIQUE (number)
CREATE UNIQUE INDEX pk_claim_vectors ON public.claim_vectors USING btree (id)
CREATE UNIQUE INDEX uq_claim_vectors_number ON public.claim_vectors USING btree (number)
TABLE claims COLUMN added_by_id uuid NOT NULL
TABLE claims COLUMN article_id uuid NOT NULL
TABLE claims COLUMN claimant character varying
TABLE claims COLUMN claimant_domains json NOT NULL
TABLE claims COLUMN created_at timestamp with time zone NOT NULL
TABLE claims COLUMN edition integer NOT NULL
TABLE claims COLUMN end_offset integer NOT NULL
TABLE claims COLUMN exact character varying NOT NULL
TABLE claims COLUMN fingerprint character varying NOT NULL
TABLE claims COLUMN gone_since integer
TABLE claims COLUMN id uuid NOT NULL
TABLE claims COLUMN language character varying
TABLE claims COLUMN prefix character varying NOT NULL
TABLE claims COLUMN said_on character varying
TABLE claims COLUMN start_offset integer NOT NULL
TABLE claims COLUMN statement character varying NOT NULL
TABLE claims COLUMN status character varying(10) NOT NULL
TABLE claims COLUMN status_exception character varying
TABLE claims COLUMN status_one_person boolean
TABLE claims COLUMN status_since timestamp with time zone NOT NULL
TABLE claims COLUMN suffix character varying NOT NULL
TABLE claims COLUMN version integer NOT NULL
TABLE claims COLUMN withdrawn_at timestamp with time zone
TABLE claims COLUMN withdrawn_reason character varying
TABLE claims CONSTRAINT ck_claims_ck_claims_span CHECK (((start_offset >= 0) AND (end_offset > start_offset)))
TABLE claims CONSTRAINT ck_claims_status CHECK (((status)::text = ANY ((ARRAY['confirmed'::character varying, 'unverified'::character varying, 'disputed'::character varying])::text[])))
TABLE claims CONSTRAINT fk_claims_added_by_id_contributors FOREIGN KEY (added_by_id) REFERENCES contributors(id)
TABLE claims CONSTRAINT fk_claims_article_id_articles FOREIGN KEY (article_id) REFERENCES articles(id)
TABLE claims CONSTRAINT pk_claims PRIMARY KEY (id)
CREATE INDEX ix_claims_article_id_id ON public.claims USING btree (article_id, id)
CREATE INDEX ix_claims_claimant_id ON public.claims USING btree (claimant, id)
CREATE INDEX ix_claims_language_id ON public.claims USING btree (language, id)
CREATE INDEX ix_claims_status_id ON public.claims USING btree (status, id)
CREATE UNIQUE INDEX pk_claims ON public.claims USING btree (id)
CREATE UNIQUE INDEX uq_claims_article_id_fingerprint ON public.claims USING btree (article_id, fingerprint) WHERE (withdrawn_at IS NULL)
TABLE contact_attempts COLUMN asked character varying NOT NULL
TABLE contact_attempts COLUMN asked_at character varying NOT NULL
TABLE contact_attempts COLUMN claim_id uuid NOT NULL
TABLE contact_attempts COLUMN created_at timestamp with time zone NOT NULL
TABLE contact_attempts COLUMN id uuid NOT NULL
TABLE contact_attempts COLUMN outcome character varying(9) NOT NULL
TABLE contact_attempts COLUMN recorded_by_id uuid NOT NULL
TABLE contact_attempts COLUMN reply character varying
TABLE contact_attempts CONSTRAINT ck_contact_attempts_outcome CHECK (((outcome)::text = ANY ((ARRAY['answered'::character varying, 'declined'::character varying, 'no_answer'::character varying])::text[])))
TABLE contact_attempts CONSTRAINT fk_contact_attempts_claim_id_claims FOREIGN KEY (claim_id) REFERENCES claims(id)
TABLE contact_attempts CONSTRAINT fk_contact_attempts_recorded_by_id_contributors FOREIGN KEY (recorded_by_id) REFERENCES contributors(id)
TABLE contact_attempts CONSTRAINT pk_contact_attempts PRIMARY KEY (id)
CREATE INDEX ix_contact_attempts_claim_id_id ON public.contact_attempts USING btree (claim_id, id)
CREATE UNIQUE INDEX pk_contact_attempts ON public.contact_attempts USING btree (id)
CREATE TRIGGER contact_attempts_refuses_changes BEFORE DELETE OR UPDATE OR TRUNCATE ON public.contact_attempts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
TABLE contributors COLUMN active boolean NOT NULL
TABLE contributors COLUMN created_at timestamp with time zone NOT NULL
TABLE contributors COLUMN erased_at timestamp with time zone
TABLE contributors COLUMN id uuid NOT NULL
TABLE contributors COLUMN name character varying NOT NULL
TABLE contributors COLUMN role character varying(11) NOT NULL
TABLE contributors COLUMN salt character varying NOT NULL
TABLE contributors COLUMN version integer NOT NULL
TABLE contributors CONSTRAINT ck_contributors_role CHECK (((role)::text = ANY ((ARRAY['contributor'::character varying, 'reviewer'::character varying, 'admin'::character varying])::text[])))
TABLE contributors CONSTRAINT pk_contributors PRIMARY KEY (id)
CREATE UNIQUE INDEX pk_contributors ON public.contributors USING btree (id)
TABLE corrections COLUMN claim_id uuid NOT NULL
TABLE corrections COLUMN corrected_by_id uuid NOT NULL
TABLE corrections COLUMN created_at timestamp with time zone NOT NULL
TABLE corrections COLUMN id uuid NOT NULL
TABLE corrections COLUMN reason character varying NOT NULL
TABLE corrections COLUMN right character varying NOT NULL
TABLE corrections COLUMN verdict_id uuid
TABLE corrections COLUMN wrong character varying NOT NULL
TABLE corrections CONSTRAINT fk_corrections_claim_id_claims FOREIGN KEY (claim_id) REFERENCES claims(id)
TABLE corrections CONSTRAINT fk_corrections_corrected_by_id_contributors FOREIGN KEY (corrected_by_id) REFERENCES contributors(id)
TABLE corrections CONSTRAINT fk_corrections_verdict_id_verdicts FOREIGN KEY (verdict_id) REFERENCES verdicts(id)
TABLE corrections CONSTRAINT pk_corrections PRIMARY KEY (id)
CREATE INDEX ix_corrections_claim_id_id ON public.corrections USING btree (claim_id, id)
CREATE INDEX ix_corrections_created_at_id ON public.corrections USING btree (created_at, id)
CREATE UNIQUE INDEX pk_corrections ON public.corrections USING btree (id)
CREATE TRIGGER corrections_refuses_changes BEFORE DELETE OR UPDATE OR TRUNCATE ON public.corrections FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
TABLE deliveries COLUMN body character varying NOT NULL
TABLE deliveries COLUMN created_at timestamp with time zone NOT NULL
TABLE deliveries COLUMN due_at timestamp with time zone
TABLE deliveries COLUMN event_id uuid NOT NULL
TABLE deliveries COLUMN failures integer NOT NULL
TABLE deliveries COLUMN id uuid NOT NULL
TABLE deliveries COLUMN state character varying(9) NOT NULL
TABLE deliveries COLUMN subscription_id uuid NOT NULL
TABLE deliveries COLUMN type character varying NOT NULL
TABLE deliveries CONSTRAINT ck_deliveries_ck_deliveries_due CHECK ((((state)::text = 'pending'::text) = (due_at IS NOT NULL)))
TABLE deliveries CONSTRAINT ck_deliveries_deliverystate CHECK (((state)::text = ANY ((ARRAY['pending'::character varying, 'delivered'::character varying, 'failed'::character varying])::text[])))
TABLE deliveries CONSTRAINT fk_deliveries_subscription_id_subscriptions FOREIGN KEY (subscription_id) REFERENCES subscriptions(id)
TABLE deliveries CONSTRAINT pk_deliveries PRIMARY KEY (id)
TABLE deliveries CONSTRAINT uq_deliveries_subscription_id_event_id UNIQUE (subscription_id, event_id)
CREATE INDEX ix_deliveries_created_at ON public.deliveries USING btree (created_at)
CREATE INDEX ix_deliveries_subscription_id_due_at ON public.deliveries USING btree (subscription_id, due_at)
CREATE INDEX ix_deliveries_subscription_id_id ON public.deliveries USING btree (subscription_id, id)
CREATE UNIQUE INDEX pk_deliveries ON public.deliveries USING btree (id)
CREATE UNIQUE INDEX uq_deliveries_subscription_id_event_id ON public.deliveries USING btree (subscription_id, event_id)
TABLE delivery_attempts COLUMN created_at timestamp with time zone NOT NULL
TABLE delivery_attempts COLUMN delivery_id uuid NOT NULL
TABLE delivery_attempts COLUMN id uuid NOT NULL
TABLE delivery_attempts COLUMN reason character varying
TABLE delivery_attempts COLUMN seconds double precision NOT NULL
TABLE delivery_attempts COLUMN status integer
TABLE delivery_attempts CONSTRAINT fk_delivery_attempts_delivery_id_deliveries FOREIGN KEY (delivery_id) REFERENCES deliveries(id)
TABLE delivery_attempts CONSTRAINT pk_delivery_attempts PRIMARY KEY (id)
CREATE INDEX ix_delivery_attempts_delivery_id ON public.delivery_attempts USING btree (delivery_id)
CREATE UNIQUE INDEX pk_delivery_attempts ON public.delivery_attempts USING btree (id)
TABLE editions COLUMN article_id uuid NOT NULL
TABLE editions COLUMN created_at timestamp with time zone NOT NULL
TABLE editions COLUMN id uuid NOT NULL
TABLE editions COLUMN modified_at character varying
TABLE editions COLUMN number integer NOT NULL
TABLE editions COLUMN retrieved_at timestamp with time zone NOT NULL
TABLE editions COLUMN text character varying NOT NULL
TABLE editions COLUMN text_sha256 character varying NOT NULL
TABLE editions COLUMN title character varying NOT NULL
TABLE editions CONSTRAINT fk_editions_article_id_articles FOREIGN KEY (article_id) REFERENCES articles(id)
TABLE editions CONSTRAINT pk_editions PRIMARY KEY (id)
TABLE editions CONSTRAINT uq_editions_article_id_number UNIQUE (article_id, number)
CREATE UNIQUE INDEX pk_editions ON public.editions USING btree (id)
CREATE UNIQUE INDEX uq_editions_article_id_number ON public.editions USING btree (article_id, number)
CREATE TRIGGER editions_refuses_changes BEFORE DELETE OR UPDATE OR TRUNCATE ON public.editions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
TABLE evidence COLUMN attempts integer NOT NULL
TABLE evidence COLUMN claim_id uuid NOT NULL
TABLE evidence COLUMN created_at timestamp with time zone NOT NULL
TABLE evidence COLUMN examined_at timestamp with time zone
TABLE evidence COLUMN findings json
TABLE evidence COLUMN fingerprint character varying NOT NULL
TABLE evidence COLUMN found_end integer
TABLE evidence COLUMN found_level character varying
TABLE evidence COLUMN found_start integer
TABLE evidence COLUMN group_number integer
TABLE evidence COLUMN group_reasons json
TABLE evidence COLUMN id uuid NOT NULL
TABLE evidence COLUMN independent boolean
TABLE evidence COLUMN interests character varying
TABLE evidence COLUMN kind character varying(9) NOT NULL
TABLE evidence COLUMN not_independent_reason character varying
TABLE evidence COLUMN note character varying
TABLE evidence COLUMN origin_features json
TABLE evidence COLUMN prefix character varying NOT NULL
TABLE evidence COLUMN published_at character varying
TABLE evidence COLUMN quote character varying NOT NULL
TABLE evidence COLUMN retracted_at timestamp with time zone
TABLE evidence COLUMN retraction_reason character varying
TABLE evidence COLUMN review character varying(8)
TABLE evidence COLUMN review_note character varying
TABLE evidence COLUMN review_reason character varying(22)
TABLE evidence COLUMN reviewed_at timestamp with time zone
TABLE evidence COLUMN snapshot_id uuid
TABLE evidence COLUMN source_id uuid NOT NULL
TABLE evidence COLUMN source_url character varying NOT NULL
TABLE evidence COLUMN stale_since timestamp with time zone
TABLE evidence COLUMN stance character varying(8) NOT NULL
TABLE evidence COLUMN state character varying(18) NOT NULL
TABLE evidence COLUMN state_reason character varying
TABLE evidence COLUMN submitted_by_id uuid NOT NULL
TABLE evidence COLUMN suffix character varying NOT NULL
TABLE evidence COLUMN version integer NOT NULL
TABLE evidence CONSTRAINT ck_evidence_kind CHECK (((kind)::text = ANY ((ARRAY['primary'::character varying, 'secondary'::character varying])::text[])))
TABLE evidence CONSTRAINT ck_evidence_rejectionreason CHECK (((review_reason)::text = ANY ((ARRAY['misquotation'::character varying, 'unsupported_conclusion'::character varying, 'selective_omission'::character varying, 'data_staleness'::character varying, 'source_contradiction'::character varying, 'off_topic'::character varying, 'duplicate'::character varying])::text[])))
TABLE evidence CONSTRAINT ck_evidence_review CHECK (((review)::text = ANY ((ARRAY['accepted'::character varying, 'rejected'::character varying])::text[])))
TABLE evidence CONSTRAINT ck_evidence_stance CHECK (((stance)::text = ANY ((ARRAY['supports'::character varying, 'disputes'::character varying, 'context'::character varying])::text[])))
TABLE evidence CONSTRAINT ck_evidence_state CHECK (((state)::text = ANY ((ARRAY['pending'::character varying, 'quote_verified'::character varying, 'quote_absent'::character varying, 'source_unavailable'::character varying])::text[])))
TABLE evidence CONSTRAINT fk_evidence_claim_id_claims FOREIGN KEY (claim_id) REFERENCES claims(id)
TABLE evidence CONSTRAINT fk_evidence_snapshot_id_snapshots FOREIGN KEY (snapshot_id) REFERENCES snapshots(id)
TABLE evidence CONSTRAINT fk_evidence_source_id_sources FOREIGN KEY (source_id) REFERENCES sources(id)
TABLE evidence CONSTRAINT fk_evidence_submitted_by_id_contributors FOREIGN KEY (submitted_by_id) REFERENCES contributors(id)
TABLE evidence CONSTRAINT pk_evidence PRIMARY KEY (id)
CREATE INDEX ix_evidence_claim_id_id ON public.evidence USING btree (claim_id, id)
CREATE INDEX ix_evidence_source_id_id ON public.evidence USING btree (source_id, id)
CREATE UNIQUE INDEX pk_evidence ON public.evidence USING btree (id)
CREATE UNIQUE INDEX uq_evidence_claim_id_fingerprint ON public.evidence USING btree (claim_id, fingerprint) WHERE (retracted_at IS NULL)
TABLE fanout_cursor COLUMN id integer NOT NULL
TABLE fanout_cursor COLUMN position bigint NOT NULL
TABLE fanout_cursor CONSTRAINT ck_fanout_cursor_ck_announcing_one_row CHECK ((id = 1))
TABLE fanout_cursor CONSTRAINT pk_fanout_cursor PRIMARY KEY (id)
CREATE UNIQUE INDEX pk_fanout_cursor ON public.fanout_cursor USING btree (id)
TABLE group_rulings COLUMN claim_id uuid NOT NULL
TABLE group_rulings COLUMN created_at timestamp with time zone NOT NULL
TABLE group_rulings COLUMN decided_by_id uuid NOT NULL
TABLE group_rulings COLUMN decision character varying(5) NOT NULL
TABLE group_rulings COLUMN id uuid NOT NULL
TABLE group_rulings COLUMN item_id uuid NOT NULL
TABLE group_rulings COLUMN other_id uuid NOT NULL
TABLE group_rulings COLUMN reason character varying NOT NULL
TABLE group_rulings CONSTRAINT ck_group_rulings_decision CHECK (((decision)::text = ANY ((ARRAY['join'::character varying, 'split'::character varying])::text[])))
TABLE group_rulings CONSTRAINT fk_group_rulings_claim_id_claims FOREIGN KEY (claim_id) REFERENCES claims(id)
TABLE group_rulings CONSTRAINT fk_group_rulings_decided_by_id_contributors FOREIGN KEY (decided_by_id) REFERENCES contributors(id)
TABLE group_rulings CONSTRAINT fk_group_rulings_item_id_evidence FOREIGN KEY (item_id) REFERENCES evidence(id)
TABLE group_rulings CONSTRAINT fk_group_rulings_other_id_evidence FOREIGN KEY (other_id) REFERENCES evidence(id)
TABLE group_rulings CONSTRAINT pk_group_rulings PRIMARY KEY (id)
CREATE INDEX ix_group_rulings_claim_id_id ON public.group_rulings USING btree (claim_id, id)
CREATE UNIQUE INDEX pk_group_rulings ON public.group_rulings USING btree (id)
CREATE TRIGGER group_rulings_refuses_changes BEFORE DELETE OR UPDATE OR TRUNCATE ON public.group_rulings FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
TABLE hosts COLUMN due_at timestamp with time zone
TABLE hosts COLUMN free_at timestamp with time zone NOT NULL
TABLE hosts COLUMN name character varying NOT NULL
TABLE hosts CONSTRAINT pk_hosts PRIMARY KEY (name)
CREATE INDEX ix_hosts_due_at ON public.hosts USING btree (due_at)
CREATE UNIQUE INDEX pk_hosts ON public.hosts USING btree (name)
TABLE idempotent_answers COLUMN body bytea
TABLE idempotent_answers COLUMN caller character varying NOT NULL
TABLE idempotent_answers COLUMN created_at timestamp with time zone NOT NULL
TABLE idempotent_answers COLUMN fingerprint character varying NOT NULL
TABLE idempotent_answers COLUMN headers json NOT NULL
TABLE idempotent_answers COLUMN key character varying NOT NULL
TABLE idempotent_answers COLUMN status integer NOT NULL
TABLE idempotent_answers CONSTRAINT pk_idempotent_answers PRIMARY KEY (caller, key)
CREATE UNIQUE INDEX pk_idempotent_answers ON public.idempotent_answers USING btree (caller, key)
TABLE import_refusals COLUMN code character varying NOT NULL
TABLE import_refusals COLUMN created_at timestamp with time zone NOT NULL
TABLE import_refusals COLUMN id uuid NOT NULL
TABLE import_refusals COLUMN import_id uuid NOT NULL
TABLE import_refusals COLUMN item integer NOT NULL
TABLE import_refusals COLUMN reason character varying NOT NULL
TABLE import_refusals COLUMN url character varying
TABLE import_refusals CONSTRAINT fk_import_refusals_import_id_imports FOREIGN KEY (import_id) REFERENCES imports(id)
TABLE import_refusals CONSTRAINT pk_import_refusals PRIMARY KEY (id)
CREATE INDEX ix_import_refusals_import_id_id ON public.import_refusals USING btree (import_id, id)
CREATE UNIQUE INDEX pk_import_refusals ON public.import_refusals USING btree (id)
TABLE imported_reviews COLUMN claim_id uuid NOT NULL
TABLE imported_reviews COLUMN claim_key character varying NOT NULL
TABLE imported_reviews COLUMN created_at timestamp with time zone NOT NULL
TABLE imported_reviews COLUMN evidence_id uuid NOT NULL
TABLE imported_reviews COLUMN fingerprint character varying NOT NULL
TABLE imported_reviews COLUMN id uuid NOT NULL
TABLE imported_reviews COLUMN import_id uuid NOT NULL
TABLE imported_reviews COLUMN rating character varying
TABLE imported_reviews COLUMN reading character varying(8) NOT NULL
TABLE imported_reviews CONSTRAINT ck_imported_reviews_reading CHECK (((reading)::text = ANY ((ARRAY['supports'::character varying, 'disputes'::character varying, 'context'::character varying, 'unmapped'::character varying])::text[])))
TABLE imported_reviews CONSTRAINT fk_imported_reviews_claim_id_claims FOREIGN KEY (claim_id) REFERENCES claims(id)
TABLE imported_reviews CONSTRAINT fk_imported_reviews_evidence_id_evidence FOREIGN KEY (evidence_id) REFERENCES evidence(id)
TABLE imported_reviews CONSTRAINT fk_imported_reviews_import_id_imports FOREIGN KEY (import_id) REFERENCES imports(id)
TABLE imported_reviews CONSTRAINT pk_imported_reviews PRIMARY KEY (id)
TABLE imported_reviews CONSTRAINT uq_imported_reviews_fingerprint UNIQUE (fingerprint)
CREATE INDEX ix_imported_reviews_claim_id ON public.imported_reviews USING btree (claim_id)
CREATE INDEX ix_imported_reviews_claim_key ON public.imported_reviews USING btree (claim_key)
CREATE UNIQUE INDEX pk_imported_reviews ON public.imported_reviews USING btree (id)
CREATE UNIQUE INDEX uq_imported_reviews_fingerprint ON public.imported_reviews USING btree (fingerprint)
TABLE imports COLUMN added integer NOT NULL
TABLE imports COLUMN by_id uuid NOT NULL
TABLE imports COLUMN content_sha256 character varying
TABLE imports COLUMN content_type character varying
TABLE imports COLUMN created_at timestamp with time zone NOT NULL
TABLE imports COLUMN finished_at timestamp with time zone
TABLE imports COLUMN id uuid NOT NULL
TABLE imports COLUMN items integer NOT NULL
TABLE imports COLUMN known integer NOT NULL
TABLE imports COLUMN reason character varying
TABLE imports COLUMN refused integer NOT NULL
TABLE imports COLUMN state character varying(7) NOT NULL
TABLE imports COLUMN unmapped integer NOT NULL
TABLE imports COLUMN url character varying
TABLE imports CONSTRAINT ck_imports_importstate CHECK (((state)::text = ANY ((ARRAY['running'::character varying, 'done'::character varying, 'failed'::character varying])::text[])))
TABLE imports CONSTRAINT fk_imports_by_id_contributors FOREIGN KEY (by_id) REFERENCES contributors(id)
TABLE imports CONSTRAINT pk_imports PRIMARY KEY (id)
CREATE UNIQUE INDEX pk_imports ON public.imports USING btree (id)
TABLE interests COLUMN claim_id uuid NOT NULL
TABLE interests COLUMN created_at timestamp with time zone NOT NULL
TABLE interests COLUMN declared_by_id uuid NOT NULL
TABLE interests COLUMN id uuid NOT NULL
TABLE interests COLUMN interest character varying NOT NULL
TABLE interests CONSTRAINT fk_interests_claim_id_claims FOREIGN KEY (claim_id) REFERENCES claims(id)
TABLE interests CONSTRAINT fk_interests_declared_by_id_contributors FOREIGN KEY (declared_by_id) REFERENCES contributors(id)
TABLE interests CONSTRAINT pk_interests PRIMARY KEY (id)
CREATE INDEX ix_interests_claim_id_id ON public.interests USING btree (claim_id, id)
CREATE UNIQUE INDEX pk_interests ON public.interests USING btree (id)
CREATE TRIGGER interests_refuses_changes BEFORE DELETE OR UPDATE OR TRUNCATE ON public.interests FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
TABLE log_entries COLUMN leaf_index bigint NOT NULL
TABLE log_entries COLUMN verdict_id uuid NOT NULL
TABLE log_entries CONSTRAINT fk_log_entries_verdict_id_verdicts FOREIGN KEY (verdict_id) REFERENCES verdicts(id)
TABLE log_entries CONSTRAINT pk_log_entries PRIMARY KEY (leaf_index)
TABLE log_entries CONSTRAINT uq_log_entries_verdict_id UNIQUE (verdict_id)
CREATE UNIQUE INDEX pk_log_entries ON public.log_entries USING btree (leaf_index)
CREATE UNIQUE INDEX uq_log_entries_verdict_id ON public.log_entries USING btree (verdict_id)
CREATE TRIGGER log_entries_refuses_changes BEFORE DELETE OR UPDATE OR TRUNCATE ON public.log_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
TABLE log_heads COLUMN note character varying NOT NULL
TABLE log_heads COLUMN number bigint NOT NULL
TABLE log_heads COLUMN signed_at timestamp with time zone NOT NULL
TABLE log_heads COLUMN size bigint NOT NULL
TABLE log_heads CONSTRAINT pk_log_heads PRIMARY KEY (number)
CREATE UNIQUE INDEX pk_log_heads ON public.log_heads USING btree (number)
CREATE TRIGGER log_heads_refuses_changes BEFORE DELETE OR UPDATE OR TRUNCATE ON public.log_heads FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
TABLE log_nodes COLUMN hash bytea NOT NULL
TABLE log_nodes COLUMN position bigint NOT NULL
TABLE log_nodes CONSTRAINT pk_log_nodes PRIMARY KEY ("position")
CREATE UNIQUE INDEX pk_log_nodes ON public.log_nodes USING btree ("position")
CREATE TRIGGER log_nodes_refuses_changes BEFORE DELETE OR UPDATE OR TRUNCATE ON public.log_nodes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
TABLE log_queue COLUMN verdict_id uuid NOT NULL
TABLE log_queue CONSTRAINT fk_log_queue_verdict_id_verdicts FOREIGN KEY (verdict_id) REFERENCES verdicts(id)
TABLE log_queue CONSTRAINT pk_log_queue PRIMARY KEY (verdict_id)
CREATE UNIQUE INDEX pk_log_queue ON public.log_queue USING btree (verdict_id)
TABLE opinions COLUMN basis character varying NOT NULL
TABLE opinions COLUMN cites_id uuid
TABLE opinions COLUMN claim_id uuid NOT NULL
TABLE opinions COLUMN created_at timestamp with time zone NOT NULL
TABLE opinions COLUMN evidence json NOT NULL
TABLE opinions COLUMN exception character varying
TABLE opinions COLUMN finding character varying
TABLE opinions COLUMN given_by_id uuid NOT NULL
TABLE opinions COLUMN id uuid NOT NULL
TABLE opinions COLUMN reasons character varying NOT NULL
TABLE opinions COLUMN status character varying(10) NOT NULL
TABLE opinions CONSTRAINT ck_opinions_ck_opinions_takes_two CHECK (((status)::text <> 'unverified'::text))
TABLE opinions CONSTRAINT ck_opinions_status CHECK (((status)::text = ANY ((ARRAY['confirmed'::character varying, 'unverified'::character varying, 'disputed'::character varying])::text[])))
TABLE opinions CONSTRAINT fk_opinions_claim_id_claims FOREIGN KEY (claim_id) REFERENCES claims(id)
TABLE opinions CONSTRAINT fk_opinions_given_by_id_contributors FOREIGN KEY (given_by_id) REFERENCES contributors(id)
TABLE opinions CONSTRAINT pk_opinions PRIMARY KEY (id)
TABLE opinions CONSTRAINT uq_opinions_claim_id_basis_given_by_id UNIQUE (claim_id, basis, given_by_id)
CREATE INDEX ix_opinions_given_by_id_id ON public.opinions USING btree (given_by_id, id)
CREATE UNIQUE INDEX pk_opinions ON public.opinions USING btree (id)
CREATE UNIQUE INDEX uq_opinions_claim_id_basis_given_by_id ON public.opinions USING btree (claim_id, basis, given_by_id)
CREATE TRIGGER opinions_refuses_changes BEFORE DELETE OR UPDATE OR TRUNCATE ON public.opinions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
TABLE outboxes COLUMN due_at timestamp with time zone
TABLE outboxes COLUMN free_at timestamp with time zone NOT NULL
TABLE outboxes COLUMN subscription_id uuid NOT NULL
TABLE outboxes CONSTRAINT fk_outboxes_subscription_id_subscriptions FOREIGN KEY (subscription_id) REFERENCES subscriptions(id)
TABLE outboxes CONSTRAINT pk_outboxes PRIMARY KEY (subscription_id)
CREATE INDEX ix_outboxes_due_at ON public.outboxes USING btree (due_at)
CREATE UNIQUE INDEX pk_outboxes ON public.outboxes USING btree (subscription_id)
TABLE quote_digests COLUMN claim_id uuid NOT NULL
TABLE quote_digests COLUMN digest bytea NOT NULL
TABLE quote_digests CONSTRAINT fk_quote_digests_claim_id_claims FOREIGN KEY (claim_id) REFERENCES claims(id)
TABLE quote_digests CONSTRAINT pk_quote_digests PRIMARY KEY (claim_id, digest)
CREATE INDEX ix_quote_digests_digest_claim_id ON public.quote_digests USING btree (digest, claim_id)
CREATE UNIQUE INDEX pk_quote_digests ON public.quote_digests USING btree (claim_id, digest)
TABLE recheck_schedules COLUMN asked_by_id uuid
TABLE recheck_schedules COLUMN dates integer NOT NULL
TABLE recheck_schedules COLUMN due_at timestamp with time zone NOT NULL
TABLE recheck_schedules COLUMN evidence_id uuid NOT NULL
TABLE recheck_schedules COLUMN failures integer NOT NULL
TABLE recheck_schedules COLUMN host character varying NOT NULL
TABLE recheck_schedules COLUMN missing_since timestamp with time zone
TABLE recheck_schedules CONSTRAINT fk_recheck_schedules_asked_by_id_contributors FOREIGN KEY (asked_by_id) REFERENCES contributors(id)
TABLE recheck_schedules CONSTRAINT fk_recheck_schedules_evidence_id_evidence FOREIGN KEY (evidence_id) REFERENCES evidence(id)
TABLE recheck_schedules CONSTRAINT fk_recheck_schedules_host_hosts FOREIGN KEY (host) REFERENCES hosts(name)
TABLE recheck_schedules CONSTRAINT pk_recheck_schedules PRIMARY KEY (evidence_id)
CREATE INDEX ix_recheck_schedules_host_due_at ON public.recheck_schedules USING btree (host, due_at)
CREATE UNIQUE INDEX pk_recheck_schedules ON public.recheck_schedules USING btree (evidence_id)
TABLE rechecks COLUMN asked_by_id uuid
TABLE rechecks COLUMN created_at timestamp with time zone NOT NULL
TABLE rechecks COLUMN evidence_id uuid NOT NULL
TABLE rechecks COLUMN id uuid NOT NULL
TABLE rechecks COLUMN outcome character varying(17) NOT NULL
TABLE rechecks COLUMN reason character varying
TABLE rechecks COLUMN snapshot_id uuid
TABLE rechecks COLUMN status integer
TABLE rechecks CONSTRAINT ck_rechecks_outcome CHECK (((outcome)::text = ANY ((ARRAY['unchanged'::character varying, 'quote_still_there'::character varying, 'quote_gone'::character varying, 'source_missing'::character varying, 'source_gone'::character varying, 'unreachable'::character varying])::text[])))
TABLE rechecks CONSTRAINT fk_rechecks_asked_by_id_contributors FOREIGN KEY (asked_by_id) REFERENCES contributors(id)
TABLE rechecks CONSTRAINT fk_rechecks_evidence_id_evidence FOREIGN KEY (evidence_id) REFERENCES evidence(id)
TABLE rechecks CONSTRAINT fk_rechecks_snapshot_id_snapshots FOREIGN KEY (snapshot_id) REFERENCES snapshots(id)
TABLE rechecks CONSTRAINT pk_rechecks PRIMARY KEY (id)
CREATE INDEX ix_rechecks_evidence_id_id ON public.rechecks USING btree (evidence_id, id)
CREATE UNIQUE INDEX pk_rechecks ON public.rechecks USING btree (id)
CREATE TRIGGER rechecks_refuses_changes BEFORE DELETE OR UPDATE OR TRUNCATE ON public.rechecks FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
TABLE snapshots COLUMN byte_length integer NOT NULL
TABLE snapshots COLUMN content_type character varying NOT NULL
TABLE snapshots COLUMN created_at timestamp with time zone NOT NULL
TABLE snapshots COLUMN final_url character varying NOT NULL
TABLE snapshots COLUMN headers json NOT NULL
TABLE snapshots COLUMN http_version character varying
TABLE snapshots COLUMN id uuid NOT NULL
TABLE snapshots COLUMN payload_sha256 character varying
TABLE snapshots COLUMN reason character varying
TABLE snapshots COLUMN redirects json NOT NULL
TABLE snapshots COLUMN request bytea
TABLE snapshots COLUMN requested_url character varying NOT NULL
TABLE snapshots COLUMN retrieved_at timestamp with time zone NOT NULL
TABLE snapshots COLUMN sha256 character varying NOT NULL
TABLE snapshots COLUMN stand_in boolean NOT NULL
TABLE snapshots COLUMN status integer NOT NULL
TABLE snapshots COLUMN text character varying NOT NULL
TABLE snapshots COLUMN text_sha256 character varying NOT NULL
TABLE snapshots CONSTRAINT pk_snapshots PRIMARY KEY (id)
CREATE INDEX ix_snapshots_sha256 ON public.snapshots USING btree (sha256)
CREATE UNIQUE INDEX pk_snapshots ON public.snapshots USING btree (id)
CREATE TRIGGER snapshots_refuses_changes BEFORE DELETE OR UPDATE OR TRUNCATE ON public.snapshots FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
TABLE sources COLUMN created_at timestamp with time zone NOT NULL
TABLE sources COLUMN domain character varying NOT NULL
TABLE sources COLUMN id uuid NOT NULL
TABLE sources COLUMN interests character varying
TABLE sources COLUMN kind character varying(9) NOT NULL
TABLE sources COLUMN name character varying NOT NULL
TABLE sources COLUMN owner character varying
TABLE sources COLUMN version integer NOT NULL
TABLE sources CONSTRAINT ck_sources_sourcekind CHECK (((kind)::text = ANY ((ARRAY['primary'::character varying, 'secondary'::character varying, 'wire'::character varying, 'social'::character varying, 'archive'::character varying])::text[])))
TABLE sources CONSTRAINT pk_sources PRIMARY KEY (id)
TABLE sources CONSTRAINT uq_sources_domain UNIQUE (domain)
CREATE UNIQUE INDEX pk_sources ON public.sources USING btree (id)
CREATE UNIQUE INDEX uq_sources_domain ON public.sources USING btree (domain)
TABLE status_documents COLUMN basis character varying NOT NULL
TABLE status_documents COLUMN body bytea NOT NULL
TABLE status_documents COLUMN claim_id uuid NOT NULL
TABLE status_documents COLUMN etag character varying NOT NULL
TABLE status_documents CONSTRAINT fk_status_documents_claim_id_claims FOREIGN KEY (claim_id) REFERENCES claims(id)
TABLE status_documents CONSTRAINT pk_status_documents PRIMARY KEY (claim_id)
CREATE UNIQUE INDEX pk_status_documents ON public.status_documents USING btree (claim_id)
TABLE subscriptions COLUMN after_position bigint NOT NULL
TABLE subscriptions COLUMN created_at timestamp with time zone NOT NULL
TABLE subscriptions COLUMN disabled_at timestamp with time zone
TABLE subscriptions COLUMN disabled_reason character varying
TABLE subscriptions COLUMN id uuid NOT NULL
TABLE subscriptions COLUMN owner_id uuid NOT NULL
TABLE subscriptions COLUMN publisher character varying
TABLE subscriptions COLUMN status character varying(10)
TABLE subscriptions COLUMN tag character varying
TABLE subscriptions COLUMN types json NOT NULL
TABLE subscriptions COLUMN url character varying NOT NULL
TABLE subscriptions COLUMN version integer NOT NULL
TABLE subscriptions CONSTRAINT ck_subscriptions_status CHECK (((status)::text = ANY ((ARRAY['confirmed'::character varying, 'unverified'::character varying, 'disputed'::character varying])::text[])))
TABLE subscriptions CONSTRAINT fk_subscriptions_owner_id_contributors FOREIGN KEY (owner_id) REFERENCES contributors(id)
TABLE subscriptions CONSTRAINT pk_subscriptions PRIMARY KEY (id)
CREATE INDEX ix_subscriptions_owner_id_id ON public.subscriptions USING btree (owner_id, id)
CREATE UNIQUE INDEX pk_subscriptions ON public.subscriptions USING btree (id)
TABLE suggestions COLUMN asked_model character varying NOT NULL
TABLE suggestions COLUMN created_at timestamp with time zone NOT NULL
TABLE suggestions COLUMN evidence_id uuid NOT NULL
TABLE suggestions COLUMN id uuid NOT NULL
TABLE suggestions COLUMN model character varying
TABLE suggestions COLUMN outcome character varying(11) NOT NULL
TABLE suggestions COLUMN prompt_sha256 character varying NOT NULL
TABLE suggestions COLUMN provider character varying NOT NULL
TABLE suggestions COLUMN rationale character varying
TABLE suggestions COLUMN reason character varying
TABLE suggestions COLUMN stance character varying(8)
TABLE suggestions COLUMN text_sha256 character varying NOT NULL
TABLE suggestions CONSTRAINT ck_suggestions_outcome CHECK (((outcome)::text = ANY ((ARRAY['suggested'::character varying, 'unparsable'::character varying, 'refused'::character varying, 'unavailable'::character varying])::text[])))
TABLE suggestions CONSTRAINT ck_suggestions_reason CHECK ((((outcome)::text = 'suggested'::text) = (reason IS NULL)))
TABLE suggestions CONSTRAINT ck_suggestions_stance CHECK (((stance)::text = ANY ((ARRAY['supports'::character varying, 'disputes'::character varying, 'context'::character varying])::text[])))
TABLE suggestions CONSTRAINT ck_suggestions_suggested CHECK ((((outcome)::text = 'suggested'::text) = ((stance IS NOT NULL) AND (rationale IS NOT NULL) AND (model IS NOT NULL))))
TABLE suggestions CONSTRAINT fk_suggestions_evidence_id_evidence FOREIGN KEY (evidence_id) REFERENCES evidence(id)
TABLE suggestions CONSTRAINT pk_suggestions PRIMARY KEY (id)
CREATE INDEX ix_suggestions_evidence_id_id ON public.suggestions USING btree (evidence_id, id)
CREATE UNIQUE INDEX pk_suggestions ON public.suggestions USING btree (id)
CREATE UNIQUE INDEX uq_suggestions_answered ON public.suggestions USING btree (evidence_id, text_sha256, prompt_sha256, provider, asked_model) WHERE ((outcome)::text <> 'unavailable'::text)
CREATE TRIGGER suggestions_refuses_changes BEFORE DELETE OR UPDATE OR TRUNCATE ON public.suggestions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
TABLE term_counts COLUMN claims integer NOT NULL
TABLE term_counts COLUMN term character varying NOT NULL
TABLE term_counts CONSTRAINT pk_term_counts PRIMARY KEY (term)
CREATE UNIQUE INDEX pk_term_counts ON public.term_counts USING btree (term)
TABLE verdicts COLUMN cites_id uuid
TABLE verdicts COLUMN claim_id uuid NOT NULL
TABLE verdicts COLUMN created_at timestamp with time zone NOT NULL
TABLE verdicts COLUMN decided_at timestamp with time zone NOT NULL
TABLE verdicts COLUMN decided_by_id uuid
TABLE verdicts COLUMN exception character varying
TABLE verdicts COLUMN finding character varying
TABLE verdicts COLUMN hash character varying NOT NULL
TABLE verdicts COLUMN id uuid NOT NULL
TABLE verdicts COLUMN number integer NOT NULL
TABLE verdicts COLUMN one_person boolean NOT NULL
TABLE verdicts COLUMN opinion_id uuid
TABLE verdicts COLUMN previous_hash character varying
TABLE verdicts COLUMN reasons character varying NOT NULL
TABLE verdicts COLUMN record character varying NOT NULL
TABLE verdicts COLUMN status character varying(10) NOT NULL
TABLE verdicts CONSTRAINT ck_verdicts_ck_verdicts_number CHECK ((number > 0))
TABLE verdicts CONSTRAINT ck_verdicts_ck_verdicts_only_people_decide CHECK (((decided_by_id IS NOT NULL) OR ((status)::text = 'unverified'::text)))
TABLE verdicts CONSTRAINT ck_verdicts_status CHECK (((status)::text = ANY ((ARRAY['confirmed'::character varying, 'unverified'::character varying, 'disputed'::character varying])::text[])))
TABLE verdicts CONSTRAINT fk_verdicts_claim_id_claims FOREIGN KEY (claim_id) REFERENCES claims(id)
TABLE verdicts CONSTRAINT fk_verdicts_decided_by_id_contributors FOREIGN KEY (decided_by_id) REFERENCES contributors(id)
TABLE verdicts CONSTRAINT pk_verdicts PRIMARY KEY (id)
TABLE verdicts CONSTRAINT uq_verdicts_claim_id_number UNIQUE (claim_id, number)
TABLE verdicts CONSTRAINT uq_verdicts_hash UNIQUE (hash)
TABLE verdicts CONSTRAINT verdicts_cites_id_fkey FOREIGN KEY (cites_id) REFERENCES verdicts(id)
TABLE verdicts CONSTRAINT verdicts_opinion_id_fkey FOREIGN KEY (opinion_id) REFERENCES opinions(id)
CREATE INDEX ix_verdicts_cites_id ON public.verdicts USING btree (cites_id)
CREATE UNIQUE INDEX pk_verdicts ON public.verdicts USING btree (id)
CREATE UNIQUE INDEX uq_verdicts_claim_id_number ON public.verdicts USING btree (claim_id, number)
CREATE UNIQUE INDEX uq_verdicts_hash ON public.verdicts USING btree (hash)
CREATE UNIQUE INDEX uq_verdicts_opinion_id ON public.verdicts USING btree (opinion_id)
CREATE TRIGGER verdicts_refuses_changes BEFORE DELETE OR UPDATE OR TRUNCATE ON public.verdicts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
TABLE web_sessions COLUMN begun_at timestamp with time zone NOT NULL
TABLE web_sessions COLUMN digest character varying NOT NULL
TABLE web_sessions COLUMN ends_at timestamp with time zone NOT NULL
TABLE web_sessions COLUMN key_id uuid NOT NULL
TABLE web_sessions CONSTRAINT fk_web_sessions_key_id_api_keys FOREIGN KEY (key_id) REFERENCES api_keys(id)
TABLE web_sessions CONSTRAINT pk_web_sessions PRIMARY KEY (digest)
CREATE INDEX ix_web_sessions_ends_at ON public.web_sessions USING btree (ends_at)
CREATE INDEX ix_web_sessions_key_id ON public.web_sessions USING btree (key_id)
CREATE UNIQUE INDEX pk_web_sessions ON public.web_sessions USING btree (digest)
TABLE webhook_secrets COLUMN created_at timestamp with time zone NOT NULL
TABLE webhook_secrets COLUMN ends_at timestamp with time zone
TABLE webhook_secrets COLUMN id uuid NOT NULL
TABLE webhook_secrets COLUMN subscription_id uuid NOT NULL
TABLE webhook_secrets COLUMN value bytea NOT NULL
TABLE webhook_secrets CONSTRAINT fk_webhook_secrets_subscription_id_subscriptions FOREIGN KEY (subscription_id) REFERENCES subscriptions(id)
TABLE webhook_secrets CONSTRAINT pk_webhook_secrets PRIMARY KEY (id)
CREATE INDEX ix_webhook_secrets_subscription_id ON public.webhook_secrets USING btree (subscription_id)
CREATE UNIQUE INDEX pk_webhook_secrets ON public.webhook_secrets USING btree (id)
TABLE workers COLUMN id character varying NOT NULL
TABLE workers COLUMN seen_at timestamp with time zone NOT NULL
TABLE workers CONSTRAINT pk_workers PRIMARY KEY (id)
CREATE UNIQUE INDEX pk_workers ON public.workers USING btree (id)
CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $function$
CREATE OR REPLACE FUNCTION public.take_place()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN PERFORM pg_advisory_xact_lock('changes'::regclass::oid::bigint); INSERT INTO changes (position, entry_id) SELECT coalesce(max(position), 0) + 1, NEW.id FROM changes; RETURN NULL; END $function$
SEQUENCE claim_terms_number_seq
SEQUENCE claim_vectors_id_seq
