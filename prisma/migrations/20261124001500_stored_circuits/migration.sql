-- CreateTable
CREATE TABLE "StoredCircuit" (
    "name" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "graph" JSONB NOT NULL,
    "edges" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "runId" UUID,
    "selection" JSONB,
    "scores" BYTEA NOT NULL,
    "kept" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "StoredCircuit_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "StoredCircuitNode" (
    "circuit" TEXT NOT NULL,
    "node" TEXT NOT NULL,
    "place" INTEGER NOT NULL,

    CONSTRAINT "StoredCircuitNode_pkey" PRIMARY KEY ("circuit","node")
);

-- CreateIndex
CREATE INDEX "StoredCircuit_model_name_idx" ON "StoredCircuit"("model", "name");

-- CreateIndex
CREATE INDEX "StoredCircuitNode_node_circuit_idx" ON "StoredCircuitNode"("node", "circuit");

-- AddForeignKey
ALTER TABLE "StoredCircuit" ADD CONSTRAINT "StoredCircuit_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "StoredCircuitNode" ADD CONSTRAINT "StoredCircuitNode_circuit_fkey" FOREIGN KEY ("circuit") REFERENCES "StoredCircuit"("name") ON DELETE CASCADE ON UPDATE CASCADE;
