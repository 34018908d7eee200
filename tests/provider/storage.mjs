// Everything that the provider remembers, in memory. It outlives a change of the signing keys.

const TOKENS = new Set(["AccessToken", "AuthorizationCode", "RefreshToken"]);

/** Rows by model and id, with the interface that the library wants of an adapter. */
export class Storage {
  #models = new Map();

  /** What the library is to call for its rows of `model`. */
  adapter(model) {
    return {
      upsert: async (id, row, lifetime) => this.put(model, id, row, lifetime),
      find: async (id) => this.get(model, id),
      findByUid: async (uid) => this.rows(model).find((row) => row.uid === uid),
      findByUserCode: async (code) => this.rows(model).find((row) => row.userCode === code),
      destroy: async (id) => this.remove(model, id),
      consume: async (id) => Object.assign(this.get(model, id), { consumed: Math.floor(Date.now() / 1000) }),
      revokeByGrantId: async (grant) => this.#revoke(model, grant),
    };
  }

  /** Keeps a row for `lifetime` seconds, or for ever. */
  put(model, id, row, lifetime) {
    const ends = lifetime === undefined ? Infinity : Date.now() + lifetime * 1000;
    this.#rows(model).set(id, { row, ends });
  }

  get(model, id) {
    const kept = this.#rows(model).get(id);
    return kept && kept.ends > Date.now() ? kept.row : undefined;
  }

  remove(model, id) {
    return this.#rows(model).delete(id);
  }

  /** All rows of a model that have not ended. */
  rows(model) {
    return [...this.#rows(model).keys()].map((id) => this.get(model, id)).filter((row) => row !== undefined);
  }

  /** Takes everything away that an account agreed to. Gives how many agreements there were. */
  revokeGrants(accountId) {
    const grants = this.rows("Grant").filter((grant) => grant.accountId === accountId);
    for (const { jti } of grants) {
      TOKENS.forEach((model) => this.#revoke(model, jti));
      this.remove("Grant", jti);
    }
    return grants.length;
  }

  #revoke(model, grantId) {
    const rows = this.#rows(model);
    for (const [id, { row }] of rows) {
      if (row.grantId === grantId) rows.delete(id);
    }
  }

  #rows(model) {
    if (!this.#models.has(model)) this.#models.set(model, new Map());
    return this.#models.get(model);
  }
}
